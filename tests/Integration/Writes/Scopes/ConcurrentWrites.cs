using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Writes of every kind, each of one item, as several threads do them at once.</summary>
internal sealed class ConcurrentWrites
{
    private readonly TestDatabase<ItemContext> _database;
    private readonly Action<int, ItemVersion>[] _inserts;
    private readonly Action<int, ItemVersion>[] _updates;
    private readonly Action<int>[] _deletes;

    public ConcurrentWrites(TestDatabase<ItemContext> database)
    {
        _database = database;
        _inserts = [Add, Add, AddInTransaction, InsertBySql];
        _updates = [Load, Load, Stub, Stub, DetachedUpdate, Transaction, RawTransaction, ExecuteUpdate, ExecuteSql, SqlQuery];
        _deletes = [Remove, Remove, ExecuteDelete, DeleteBySql];
    }

    /// <summary>Brings the item, which another thread does not write meanwhile, to its next version.</summary>
    public void Write(ItemHistory item, ItemVersion next, Random random)
    {
        if (!item.Saved.Exists)
        {
            _inserts[random.Next(_inserts.Length)](item.Id, next);
        }
        else if (next.Exists)
        {
            _updates[random.Next(_updates.Length)](item.Id, next);
        }
        else
        {
            _deletes[random.Next(_deletes.Length)](item.Id);
        }
    }

    /// <summary>Writes what nobody else may ever see.</summary>
    public void RollBack(ItemHistory item, Random random) => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        if (!item.Saved.Exists)
        {
            db.Add(New(item.Id, new ItemVersion(int.MaxValue, Exists: true, Shelf: 1, Rank: 0, Previous: null)));
        }
        else if (random.Next(2) == 0)
        {
            db.Remove(new Item { Id = item.Id });
        }
        else
        {
            db.Attach(new Item { Id = item.Id }).Entity.Price = int.MaxValue;
        }

        db.SaveChanges();
    });

    private static Item New(int id, ItemVersion version)
    {
        var item = ItemContext.New(id);
        (item.Price, item.ShelfId, item.Rank) = (version.Number, version.Shelf, version.Rank);
        return item;
    }

    private void Add(int id, ItemVersion next) => _database.Save(db => db.Add(New(id, next)));

    private void AddInTransaction(int id, ItemVersion next) => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        db.Add(New(id, next));
        db.SaveChanges();
        transaction.Commit();
    });

    private void InsertBySql(int id, ItemVersion next) => _database.Run(db => db.Database.ExecuteSql($"""
        INSERT INTO "Items" ("Id", "Name", "ShelfId", "Price", "Rank", "Kind", "IsHidden", "Code", "Size")
        VALUES ({id}, 'by SQL', {next.Shelf}, {next.Number}, {next.Rank}, 0, {false}, {Guid.Empty}, 1)
        """));

    private static void Change(ItemContext db, Item item, ItemVersion next)
    {
        (item.Price, item.ShelfId, item.Rank) = (next.Number, next.Shelf, next.Rank);
        db.SaveChanges();
    }

    private void Load(int id, ItemVersion next) => _database.Run(db => Change(db, db.Items.Single(i => i.Id == id), next));

    private void Stub(int id, ItemVersion next)
        => _database.Run(db => Change(db, db.Attach(new Item { Id = id, Price = -1, ShelfId = -1, Rank = -1 }).Entity, next));

    private void DetachedUpdate(int id, ItemVersion next) => _database.Save(db => db.Update(New(id, next)));

    private void Transaction(int id, ItemVersion next) => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        Change(db, db.Items.Single(i => i.Id == id), next);
        transaction.Commit();
    });

    private void RawTransaction(int id, ItemVersion next)
    {
        using var connection = _database.Connect();
        using var db = _database.NewOn(connection);
        using var transaction = connection.BeginTransaction();
        db.Database.UseTransaction(transaction);
        Change(db, db.Items.Single(i => i.Id == id), next);
        transaction.Commit();
    }

    private void ExecuteUpdate(int id, ItemVersion next) => _database.Run(db => db.Items.Where(i => i.Id == id).ExecuteUpdate(
        set => set
            .SetProperty(i => i.Price, next.Number)
            .SetProperty(i => i.ShelfId, next.Shelf)
            .SetProperty(i => i.Rank, next.Rank)));

    private void ExecuteSql(int id, ItemVersion next) => _database.Run(db => db.Database.ExecuteSql($"""
        UPDATE "Items" SET "Price" = {next.Number}, "ShelfId" = {next.Shelf}, "Rank" = {next.Rank} WHERE "Id" = {id}
        """));

    private void SqlQuery(int id, ItemVersion next) => _database.Run(db => Assert.Equal([id], db.Database.SqlQuery<int>($"""
        UPDATE "Items" SET "Price" = {next.Number}, "ShelfId" = {next.Shelf}, "Rank" = {next.Rank} WHERE "Id" = {id}
        RETURNING "Id" AS "Value"
        """).ToList()));

    private void Remove(int id) => _database.Save(db => db.Remove(new Item { Id = id }));

    private void ExecuteDelete(int id) => _database.Run(db => db.Items.Where(i => i.Id == id).ExecuteDelete());

    private void DeleteBySql(int id) => _database.Run(db => db.Database.ExecuteSql($"""DELETE FROM "Items" WHERE "Id" = {id}"""));
}
