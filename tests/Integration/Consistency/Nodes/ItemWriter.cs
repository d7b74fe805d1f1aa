using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>The ways in which a row is written.</summary>
internal enum WriteWay
{
    SaveChanges,
    ExecuteUpdate,
    RawSql,

    /// <summary>An explicit transaction, with a statement of each kind if it writes several rows.</summary>
    Transaction,
}

/// <summary>Writes rows with new versions.</summary>
internal sealed class ItemWriter(NpgsqlDataSource database)
{
    /// <summary>A version that is greater than all before. It is taken past EF Core, and past the cache.</summary>
    public async Task<long> NewVersionAsync()
    {
        await using var command = database.CreateCommand("SELECT nextval('versions')");
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a row. It commits by itself unless a transaction is open.</summary>
    /// <returns>Whether it was written: not if it has a newer version already.</returns>
    public static async Task<bool> WriteAsync(ItemContext db, WriteWay way, int row, long version)
    {
        switch (way)
        {
            case WriteWay.SaveChanges:
                var item = await db.Items.SingleAsync(one => one.Id == row);
                if (item.Version > version)
                {
                    return false;
                }

                (item.Version, item.Changes) = (version, item.Changes + 1);
                await db.SaveChangesAsync();
                return true;
            case WriteWay.ExecuteUpdate:
                return await db.Items.Where(one => one.Id == row && one.Version < version)
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(static one => one.Version, version)
                        .SetProperty(static one => one.Changes, static one => one.Changes + 1)) == 1;
            case WriteWay.RawSql:
                return await db.Database.ExecuteSqlAsync(
                    $"""UPDATE items SET "Version" = {version}, "Changes" = "Changes" + 1 WHERE "Id" = {row} AND "Version" < {version}""") == 1;
            default:
                await using (var transaction = await db.Database.BeginTransactionAsync())
                {
                    var isWritten = await WriteAsync(db, (WriteWay)(row % 3), row, version);
                    await transaction.CommitAsync();
                    return isWritten;
                }
        }
    }
}
