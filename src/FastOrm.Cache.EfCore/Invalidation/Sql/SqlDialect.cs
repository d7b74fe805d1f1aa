namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>Whose SQL a text is. What the dialects read differently makes a text of an unknown one unreadable.</summary>
internal enum SqlDialect
{
    Unknown,
    Sqlite,
    PostgreSql,
    SqlServer,
    MySql,
}

internal static class SqlDialects
{
    /// <param name="providerName">The name of the EF Core provider, as <c>Database.ProviderName</c> gives it.</param>
    public static SqlDialect Of(string? providerName) => providerName switch
    {
        "Microsoft.EntityFrameworkCore.Sqlite" => SqlDialect.Sqlite,
        "Npgsql.EntityFrameworkCore.PostgreSQL" => SqlDialect.PostgreSql,
        "Microsoft.EntityFrameworkCore.SqlServer" => SqlDialect.SqlServer,
        "Pomelo.EntityFrameworkCore.MySql" or "MySql.EntityFrameworkCore" => SqlDialect.MySql,
        _ => SqlDialect.Unknown,
    };
}
