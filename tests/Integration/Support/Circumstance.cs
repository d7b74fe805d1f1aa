using System.Transactions;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>In what a query runs. In all but the first it goes past the cache, or is loaded for its caller alone.</summary>
public enum Circumstance
{
    Nothing,
    Transaction,
    AmbientTransaction,
    TransactionBegunBySql,
    OpenConnection,
    OpenReader,
    SwitchedOff,
}

/// <summary>Runs queries in their circumstances.</summary>
internal static class Circumstances
{
    /// <summary>Those that a provider knows.</summary>
    public static IEnumerable<Circumstance> Of(Provider provider)
        => Enum.GetValues<Circumstance>().Where(circumstance => circumstance switch
        {
            Circumstance.AmbientTransaction => provider == Provider.PostgreSql, // SQLite takes part in none.
            Circumstance.OpenReader => provider == Provider.Sqlite, // Npgsql runs one command at a time.
            _ => true,
        });

    public static async Task<T> RunAsync<T>(this Circumstance circumstance, DbContext db, Func<Task<T>> run)
    {
        switch (circumstance)
        {
            case Circumstance.Transaction:
                await using (await db.Database.BeginTransactionAsync())
                {
                    return await run();
                }

            case Circumstance.AmbientTransaction:
                using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
                {
                    return await run();
                }

            case Circumstance.TransactionBegunBySql:
                await db.Database.OpenConnectionAsync();
                await db.Database.ExecuteSqlRawAsync("BEGIN");
                try
                {
                    return await run();
                }
                finally
                {
                    await db.Database.ExecuteSqlRawAsync("ROLLBACK");
                }

            case Circumstance.OpenConnection:
                await db.Database.OpenConnectionAsync();
                return await run();

            case Circumstance.OpenReader:
                await db.Database.OpenConnectionAsync();
                await using (var command = db.Database.GetDbConnection().CreateCommand())
                {
                    command.CommandText = "SELECT 1 UNION ALL SELECT 2";
                    await using var reader = await command.ExecuteReaderAsync();
                    await reader.ReadAsync();
                    return await run();
                }

            case Circumstance.SwitchedOff:
                using (RememberScope.Suppress())
                {
                    return await run();
                }

            default:
                return await run();
        }
    }
}
