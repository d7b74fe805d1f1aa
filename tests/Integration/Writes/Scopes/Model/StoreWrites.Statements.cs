using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Writes without a change tracker.</summary>
internal sealed partial class StoreWrites
{
    private IEnumerable<StoreWrite> Statements() =>
    [
        Statement("ExecuteUpdate", 3, ExecuteUpdate),
        Statement("ExecuteUpdate by navigation", 2, ExecuteUpdateByNavigation),
        Statement("ExecuteUpdate by join", 2, ExecuteUpdateByJoin),
        Statement("ExecuteDelete", 2, ExecuteDelete),
        Statement("ExecuteDelete by navigation", 1, ExecuteDeleteByNavigation),
        Statement("ExecuteSql", 2, ExecuteSql),
        Statement("ExecuteSqlRaw", 2, ExecuteSqlRaw),
        Statement("ExecuteSqlInterpolated", 1, ExecuteSqlInterpolated),
        Statement("SqlQuery that writes", 2, SqlQuery),
        Statement("FromSql that writes", 3, FromSql),
        Statement("common table expression", 2, CommonTableExpression),
    ];

    private StoreWrite Statement(string kind, int weight, Action<StoreContext> run)
        => new(kind, weight, () => _database.Run(run));

    /// <summary>One that changes something in most cases, for use within others.</summary>
    private void AnyStatement(StoreContext db)
    {
        Action<StoreContext>[] all =
        [
            ExecuteUpdate, ExecuteUpdateByNavigation, ExecuteSql, ExecuteSqlRaw, SqlQuery, FromSql, CommonTableExpression,
        ];
        all[_random.Next(all.Length)](db);
    }

    private void ExecuteUpdate(StoreContext db)
    {
        var (category, other, owner) = (Category(), Category(), 1 + _random.Next(StoreContext.Owners));
        switch (_random.Next(3))
        {
            case 0:
                db.Product.Where(p => p.CategoryId == category && p.OwnerId == owner)
                    .ExecuteUpdate(set => set.SetProperty(p => p.CategoryId, other));
                break;
            case 1:
                db.Product.Where(p => p.CategoryId == category)
                    .ExecuteUpdate(set => set.SetProperty(p => p.Price, p => (p.Price + 1) % 100));
                break;
            default:
                db.Product.Where(p => p.OwnerId == owner)
                    .ExecuteUpdate(set => set.SetProperty(p => p.Origin.Country, category % StoreContext.Countries));
                break;
        }
    }

    private void ExecuteUpdateByNavigation(StoreContext db)
    {
        var (floor, grade, stars) = (_random.Next(3), _random.Next(StoreContext.Grades), _random.Next(6));
        if (_random.Next(2) == 0)
        {
            db.Product.Where(p => p.Category!.Floor == floor && p.Reviews.Count > 2)
                .ExecuteUpdate(set => set.SetProperty(p => p.Grade, grade));
        }
        else
        {
            db.Review.Where(r => r.Product!.Category!.Floor == floor && r.Product.Grade == grade)
                .ExecuteUpdate(set => set.SetProperty(r => r.Stars, stars));
        }
    }

    private void ExecuteUpdateByJoin(StoreContext db)
    {
        var (floor, owner, state) = (_random.Next(3), 1 + _random.Next(StoreContext.Owners), _random.Next(StoreContext.States));
        var joined = from product in db.Product
                     join category in db.Category on product.CategoryId equals category.Id
                     where category.Floor == floor && product.OwnerId == owner
                     select product;
        joined.ExecuteUpdate(set => set.SetProperty(p => p.State, state));
    }

    private void ExecuteDelete(StoreContext db)
    {
        var (id, tag) = (AnyId(db), 1 + _random.Next(StoreContext.Tags));
        switch (db.Product.Count() < StoreContext.Products - 20 ? 1 : _random.Next(3))
        {
            case 0:
                db.Product.Where(p => p.Id == id).ExecuteDelete();
                break;
            case 1:
                db.Review.Where(r => r.ProductId == id).ExecuteDelete();
                break;
            default:
                db.Set<Dictionary<string, object>>("StoreProductStoreTag")
                    .Where(l => (int)l["TagsId"] == tag && (int)l["ProductsId"] < 40)
                    .ExecuteDelete();
                break;
        }
    }

    private void ExecuteDeleteByNavigation(StoreContext db)
    {
        var (category, stars) = (Category(), _random.Next(6));
        db.Review.Where(r => r.Product!.CategoryId == category && r.Stars == stars).ExecuteDelete();
    }

    private void ExecuteSql(StoreContext db)
    {
        var (id, category, price) = (AnyId(db), Category(), _random.Next(100));
        if (_random.Next(2) == 0)
        {
            db.Database.ExecuteSql($"""UPDATE "Product" SET "CategoryId" = {category} WHERE "Id" = {id}""");
        }
        else
        {
            db.Database.ExecuteSql($"""
                UPDATE "Product" SET "Price" = {price} WHERE "CategoryId" = {category};
                UPDATE "Review" SET "Stars" = 0 WHERE "ProductId" = {id}
                """);
        }
    }

    private void ExecuteSqlRaw(StoreContext db)
    {
        var id = AnyId(db);
        switch (_random.Next(3))
        {
            case 0:
                db.Database.ExecuteSqlRaw("""INSERT INTO "Review" ("ProductId", "Stars") VALUES ({0}, 1)""", id);
                break;
            case 1:
                db.Database.ExecuteSqlRaw("""DELETE FROM "Review" WHERE "ProductId" = {0}""", id);
                break;
            default:
                const string Update = """/* "Review" */ update "Product" set "Country" = {0} where "Id" = {1} -- "Tag" """;
                db.Database.ExecuteSqlRaw(Update, _random.Next(StoreContext.Countries), id);
                break;
        }
    }

    private void ExecuteSqlInterpolated(StoreContext db)
    {
        var (category, floor) = (Category(), _random.Next(3));
        db.Database.ExecuteSqlInterpolated($"""UPDATE "Category" SET "Floor" = {floor} WHERE "Id" = {category}""");
    }

    private void SqlQuery(StoreContext db)
    {
        var (id, category, grade) = (AnyId(db), Category(), _random.Next(StoreContext.Grades));
        FormattableString byGrade
            = $"""UPDATE "Product" SET "Grade" = {grade} WHERE "Id" = {id} RETURNING "Id" AS "Value" """;
        FormattableString move
            = $"""UPDATE "Product" SET "CategoryId" = {category} WHERE "Id" = {id} RETURNING "Id" AS "Value" """;
        Assert.Equal([id], db.Database.SqlQuery<int>(_random.Next(2) == 0 ? byGrade : move).ToList());
    }

    private void FromSql(StoreContext db)
    {
        var (id, category, stars) = (AnyId(db), Category(), _random.Next(6));
        IQueryable<object> rows = _random.Next(4) switch
        {
            0 => db.Review.FromSql($"""INSERT INTO "Review" ("ProductId", "Stars") VALUES ({id}, {stars}) RETURNING *"""),
            1 => db.Review.FromSql($"""DELETE FROM "Review" WHERE "ProductId" = {id} RETURNING *"""),
            2 => db.Category.FromSql($"""UPDATE "Category" SET "Name" = 'new' WHERE "Id" = {category} RETURNING *"""),
            _ => db.Tag.FromSql($"""UPDATE "Tag" SET "Name" = 'new' WHERE "Id" = {category} RETURNING *"""),
        };
        _ = rows.AsNoTracking().ToList();
    }

    private void CommonTableExpression(StoreContext db)
    {
        var (id, category, stars) = (AnyId(db), Category(), _random.Next(6));
        if (_database.Provider == Provider.PostgreSql)
        {
            db.Database.ExecuteSql($"""
                WITH moved AS (UPDATE "Product" SET "CategoryId" = {category} WHERE "Id" = {id} RETURNING "Id")
                UPDATE "Review" SET "Stars" = {stars} WHERE "ProductId" IN (SELECT "Id" FROM moved)
                """);
        }
        else
        {
            db.Database.ExecuteSql($"""
                WITH moved AS (SELECT "Id" FROM "Product" WHERE "CategoryId" = {category} AND "Price" > 50)
                UPDATE "Review" SET "Stars" = {stars} WHERE "ProductId" IN (SELECT "Id" FROM moved)
                """);
        }
    }
}
