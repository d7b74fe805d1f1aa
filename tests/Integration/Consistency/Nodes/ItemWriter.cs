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

/// <summary>What becomes of a row.</summary>
internal enum RowChange
{
    Update,

    /// <summary>It is there again.</summary>
    Add,
    Remove,
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

    /// <summary>Whoever comes and goes does so by the hand of one at a time, who knows whether it is there.</summary>
    public async Task<PresenceHold> HoldAsync(int[] rows) => await PresenceHold.TakeAsync(database, rows);

    /// <summary>Writes a row. It commits by itself unless a transaction is open.</summary>
    /// <returns>Whether it was written: not if it has a newer version already, or is not there.</returns>
    public static Task<bool> WriteAsync(ItemContext db, WriteWay way, int row, long version, RowChange change = RowChange.Update)
        => change switch
        {
            RowChange.Add => AddAsync(db, way, row, version),
            RowChange.Remove => RemoveAsync(db, way, row, version),
            _ => UpdateAsync(db, way, row, version),
        };

    private static async Task<bool> AddAsync(ItemContext db, WriteWay way, int row, long version)
    {
        var group = row % ItemContext.Groups;
        if (way != WriteWay.SaveChanges)
        {
            return await db.Database.ExecuteSqlAsync(
                $"""INSERT INTO items ("Id", "Group", "Version", "Changes") VALUES ({row}, {group}, {version}, 0)""") == 1;
        }

        db.Add(new Item { Id = row, Group = group, Version = version });
        await db.SaveChangesAsync();
        return true;
    }

    private static async Task<bool> RemoveAsync(ItemContext db, WriteWay way, int row, long version)
    {
        switch (way)
        {
            case WriteWay.SaveChanges:
                var item = await db.Items.SingleOrDefaultAsync(one => one.Id == row);
                if (item is null || item.Version > version)
                {
                    return false;
                }

                db.Remove(item);
                await db.SaveChangesAsync();
                return true;
            case WriteWay.ExecuteUpdate:
                return await db.Items.Where(one => one.Id == row && one.Version < version).ExecuteDeleteAsync() == 1;
            default:
                return await db.Database.ExecuteSqlAsync($"""DELETE FROM items WHERE "Id" = {row} AND "Version" < {version}""") == 1;
        }
    }

    private static async Task<bool> UpdateAsync(ItemContext db, WriteWay way, int row, long version)
    {
        var more = row > ItemContext.Rows ? 0 : 1;
        switch (way)
        {
            case WriteWay.SaveChanges:
                var item = await db.Items.SingleOrDefaultAsync(one => one.Id == row);
                if (item is null || item.Version > version)
                {
                    return false;
                }

                (item.Version, item.Changes) = (version, item.Changes + more);
                await db.SaveChangesAsync();
                return true;
            case WriteWay.ExecuteUpdate:
                return await db.Items.Where(one => one.Id == row && one.Version < version)
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(static one => one.Version, version)
                        .SetProperty(static one => one.Changes, one => one.Changes + more)) == 1;
            case WriteWay.RawSql:
                return await db.Database.ExecuteSqlAsync(
                    $"""UPDATE items SET "Version" = {version}, "Changes" = "Changes" + {more} WHERE "Id" = {row} AND "Version" < {version}""") == 1;
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
