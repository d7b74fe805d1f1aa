using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>What a step has done.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Writes">The tables that it may have changed.</param>
/// <param name="IsMeasured">Whether it was a save, and one without deletes that the database cascades.</param>
internal sealed record StoreWrite(string Kind, Tables Writes, bool IsMeasured = true);

/// <summary>Random writes of every kind.</summary>
internal sealed class StoreWrites(TestDatabase<StoreContext> database, Random random) : IDisposable
{
    private readonly StoreContext?[] _holders = new StoreContext?[4];

    public StoreWrite Next() => random.Next(100) switch
    {
        < 20 => InOne("one column", db => ChangeOne(Any(db))),
        < 27 => InOne("many columns", db => ChangeMany(Any(db))),
        < 36 => InOne("move", db => Move(Any(db))),
        < 43 => Insert(),
        < 48 => Delete(),
        < 56 => Stub(),
        < 61 => Detached(),
        < 64 => Bulk(),
        < 76 => OldCopy(),
        < 82 => Committed(),
        < 86 => RolledBack(),
        < 89 => Failed(),
        < 94 => Review(),
        < 97 => Category(),
        _ => InOne("several rows", db =>
        {
            for (var i = 0; i < 4; i++)
            {
                ChangeOne(Any(db));
            }
        }),
    };

    public void Dispose() => Array.ForEach(_holders, static holder => holder?.Dispose());

    private StoreWrite InOne(string kind, Action<StoreContext> change, Tables tables = Tables.Products, bool isMeasured = true)
    {
        database.Save(change);
        return new StoreWrite(kind, tables, isMeasured);
    }

    private StoreProduct Any(StoreContext db)
    {
        var ids = Ids(db);
        var id = ids[random.Next(ids.Count)];
        return db.Product.Single(p => p.Id == id);
    }

    private static List<int> Ids(StoreContext db) => db.Product.Select(p => p.Id).OrderBy(id => id).ToList();

    private void ChangeOne(StoreProduct product)
    {
        switch (random.Next(8))
        {
            case 0:
                product.Name = $"name {random.Next(1000)}";
                break;
            case 1:
                product.Grade = random.Next(StoreContext.Grades);
                break;
            case 2:
                product.OwnerId = random.Next(4) == 0 ? null : 1 + random.Next(StoreContext.Owners);
                break;
            case 3:
                product.IsHidden = random.Next(5) == 0;
                break;
            case 4:
                product.Stock = random.Next(20);
                break;
            default:
                product.Price = random.Next(100);
                break;
        }
    }

    private void Move(StoreProduct product) => product.CategoryId = 1 + random.Next(StoreContext.Categories);

    private void ChangeMany(StoreProduct product)
    {
        for (var i = 0; i < 3; i++)
        {
            ChangeOne(product);
        }

        if (random.Next(2) == 0)
        {
            Move(product);
        }
    }

    private StoreWrite Insert() => InOne("insert", db =>
    {
        var ids = Ids(db);
        var explicitKey = StoreQueries.FirstRare + random.Next(StoreQueries.Rare);
        if (ids.Count > StoreContext.Products + 20)
        {
            ChangeOne(Any(db));
        }
        else
        {
            db.Add(StoreProduct.Random(random, random.Next(3) > 0 || ids.Contains(explicitKey) ? 0 : explicitKey));
        }
    });

    private StoreWrite Delete() => InOne(
        "delete",
        db =>
        {
            var ids = Ids(db);
            var rare = ids.FindLast(static id => id >= StoreQueries.FirstRare);
            db.Remove(new StoreProduct { Id = rare > 0 && random.Next(2) == 0 ? rare : ids[random.Next(ids.Count)] });
        },
        Tables.Products | Tables.Reviews,
        isMeasured: false);

    // A stub takes all columns for zero, whatever they hold.
    private StoreWrite Stub() => InOne("stub", db =>
    {
        var ids = Ids(db);
        var stub = db.Attach(new StoreProduct { Id = ids[random.Next(ids.Count)], Grade = -1, OwnerId = -1, Price = -1 }).Entity;
        if (random.Next(2) == 0)
        {
            Move(stub);
        }
        else
        {
            ChangeOne(stub);
        }
    });

    private StoreWrite Detached() => InOne("detached", db =>
    {
        var product = Any(db);
        db.Entry(product).State = EntityState.Detached;
        ChangeMany(product);
        db.Update(product);
    });

    private StoreWrite Bulk()
    {
        var (category, other, owner) = (1 + random.Next(StoreContext.Categories), 1 + random.Next(StoreContext.Categories), 1 + random.Next(StoreContext.Owners));
        var tables = Tables.Products;
        database.Run(db =>
        {
            switch (random.Next(4))
            {
                case 0:
                    db.Product.Where(p => p.CategoryId == category && p.OwnerId == owner).ExecuteUpdate(set => set.SetProperty(p => p.CategoryId, other));
                    break;
                case 1:
                    db.Product.Where(p => p.CategoryId == category).ExecuteUpdate(set => set.SetProperty(p => p.Price, p => (p.Price + 1) % 100));
                    break;
                case 2:
                    db.Product.Where(p => p.Id == owner && p.CategoryId == category).ExecuteDelete();
                    tables |= Tables.Reviews;
                    break;
                default:
                    db.Review.Where(r => r.ProductId == owner * 10).ExecuteDelete();
                    tables = Tables.Reviews;
                    break;
            }
        });
        return new StoreWrite("bulk", tables, IsMeasured: false);
    }

    /// <summary>A context that has loaded some rows long ago changes a few of them now.</summary>
    private StoreWrite OldCopy()
    {
        var place = random.Next(_holders.Length);
        if (_holders[place] is not { } holder)
        {
            var first = 1 + random.Next(StoreContext.Products);
            holder = _holders[place] = database.New();
            _ = holder.Product.Where(p => p.Id >= first).OrderBy(p => p.Id).Take(30).ToList();
            return new StoreWrite("load", Tables.None, IsMeasured: false);
        }

        var products = holder.Product.Local.OrderBy(static p => p.Id).ToList();
        for (var i = random.Next(3); i >= 0 && products.Count > 0; i--)
        {
            var product = products[random.Next(products.Count)];
            if (random.Next(3) == 0)
            {
                Move(product);
            }
            else
            {
                ChangeOne(product);
            }
        }

        var isLast = random.Next(5) == 0;
        try
        {
            holder.SaveChanges();
        }
        catch (DbUpdateException)
        {
            isLast = true; // Another context has deleted the row.
        }

        if (isLast)
        {
            holder.Dispose();
            _holders[place] = null;
        }

        return new StoreWrite("old copy", Tables.Products);
    }

    private void SaveSome(StoreContext db)
    {
        for (var i = random.Next(3); i >= 0; i--)
        {
            var product = Any(db);
            ChangeOne(product);
            Move(product);
            db.SaveChanges();
        }
    }

    private StoreWrite Committed()
    {
        database.Run(db =>
        {
            using var transaction = db.Database.BeginTransaction();
            SaveSome(db);
            if (random.Next(3) == 0)
            {
                transaction.CreateSavepoint("here");
                SaveSome(db);
                transaction.RollbackToSavepoint("here");
                db.ChangeTracker.Clear();
            }

            SaveSome(db);
            transaction.Commit();
        });
        return new StoreWrite("transaction", Tables.Products, IsMeasured: false);
    }

    private StoreWrite RolledBack()
    {
        database.Run(db =>
        {
            using var transaction = db.Database.BeginTransaction();
            SaveSome(db);
            if (random.Next(2) == 0)
            {
                transaction.Rollback();
            }
        });
        return new StoreWrite("rollback", Tables.Products);
    }

    private StoreWrite Failed()
    {
        database.Run(db =>
        {
            if (random.Next(2) == 0)
            {
                db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never; // Then it comes half-way.
            }

            ChangeOne(Any(db));
            Move(Any(db));
            var wrong = StoreProduct.Random(random, 0);
            wrong.CategoryId = 99;
            db.Add(wrong);
            Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
        });
        return new StoreWrite("failed", Tables.Products, IsMeasured: false);
    }

    private StoreWrite Review() => InOne(
        "review",
        db =>
        {
            var product = Any(db);
            var first = random.Next(StoreContext.Products);
            var review = db.Review.OrderBy(r => r.Id).FirstOrDefault(r => r.Id >= first);
            switch (review is null ? 0 : random.Next(3))
            {
                case 0:
                    db.Add(new StoreReview { ProductId = product.Id, Stars = random.Next(6) });
                    break;
                case 1:
                    review!.Stars++;
                    break;
                default:
                    review!.ProductId = product.Id;
                    break;
            }
        },
        Tables.Reviews);

    private StoreWrite Category() => InOne(
        "category",
        db =>
        {
            var id = 1 + random.Next(StoreContext.Categories);
            var category = db.Category.Single(c => c.Id == id);
            (category.Name, category.Floor) = ($"category {random.Next(100)}", random.Next(3));
        },
        Tables.Categories);
}
