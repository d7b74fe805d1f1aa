using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>A database for the tables of many cases.</summary>
public abstract class ValueDatabase : IDisposable
{
    /// <summary>The options of all contexts. Made once, for EF Core makes its services anew for each mapping of an enum.</summary>
    public abstract DbContextOptions Options { get; }

    public abstract void Dispose();
}

public sealed class SqliteValues : ValueDatabase
{
    private readonly TestStore _store = TestStore.Create(Provider.Sqlite);

    public SqliteValues()
    {
        var options = TestOptions.New().ReplaceService<IModelCacheKeyFactory, OneModelForEachTable>();
        _store.Use(options);
        Options = options.Options;
    }

    public override DbContextOptions Options { get; }

    public override void Dispose() => _store.Delete();
}

public sealed class PostgresValues : ValueDatabase
{
    private readonly TestStore _store = TestStore.Create(Provider.PostgreSql);
    private readonly NpgsqlDataSource _source;

    public PostgresValues()
    {
        var builder = new NpgsqlDataSourceBuilder(_store.ConnectionString);
        builder.MapEnum<Mood>("mood");
        builder.EnableDynamicJson();
        _source = builder.Build();
        using var connection = _source.OpenConnection();
        using var command = new NpgsqlCommand(
            """
            CREATE EXTENSION citext;
            CREATE EXTENSION hstore;
            CREATE EXTENSION ltree;
            CREATE EXTENSION cube;
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            """,
            connection);
        command.ExecuteNonQuery();
        connection.ReloadTypes();
        Options = TestOptions.New()
            .ReplaceService<IModelCacheKeyFactory, OneModelForEachTable>()
            .UseNpgsql(_source, static npgsql => npgsql.MapEnum<Mood>("mood"))
            .Options;
    }

    public override DbContextOptions Options { get; }

    public override void Dispose()
    {
        _source.Dispose();
        _store.Delete();
    }
}

public enum Mood
{
    Sad,
    Happy,
}
