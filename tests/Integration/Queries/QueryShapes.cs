using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Queries of many shapes by name. The function marks a query as remembered, or gives it back as it is.</summary>
internal static class QueryShapes
{
    internal delegate object? Shape(ShopContext db, IMark remember);

    /// <summary>Where <c>Remember</c> is called, or is not, so that one text serves for both.</summary>
    internal interface IMark
    {
        IQueryable<T> On<T>(IQueryable<T> query);
    }

    internal sealed record Summary(string Name, int Products, double Average);

    public static Dictionary<string, Shape> All { get; } = new(StringComparer.Ordinal)
    {
        ["tracked"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id)).ToList(),
        ["untracked"] = (db, r) => r.On(db.Products.AsNoTracking().OrderBy(p => p.Id)).ToList(),
        ["include a reference"] = (db, r) => r.On(db.Products.Include(p => p.Category).Where(p => p.Id < 30)).OrderBy(p => p.Id).ToList(),
        ["include a collection"] = (db, r) => r.On(db.Categories.Include(c => c.Products)).OrderBy(c => c.Id).ToList(),
        ["include many to many"] = (db, r) => r.On(db.Products.Include(p => p.Tags)).OrderBy(p => p.Id).ToList(),
        ["include then include"] = (db, r) => r.On(
            db.Orders.Include(o => o.Lines).ThenInclude(l => l.Product!).ThenInclude(p => p.Category)).OrderBy(o => o.Id).ToList(),
        ["include filtered and ordered"] = (db, r) => r.On(
            db.Categories.Include(c => c.Products.Where(p => p.Stock > 2).OrderByDescending(p => p.Price).Take(3))).OrderBy(c => c.Id).ToList(),
        ["split"] = (db, r) => r.On(db.Categories.Include(c => c.Products).AsSplitQuery()).OrderBy(c => c.Id).ToList(),
        ["split twice"] = (db, r) => r.On(
            db.Orders.Include(o => o.Lines).ThenInclude(l => l.Product!).ThenInclude(p => p.Tags).AsSplitQuery()).OrderBy(o => o.Id).ToList(),
        ["split, untracked"] = (db, r) => r.On(db.Orders.Include(o => o.Lines).AsSplitQuery().AsNoTracking()).OrderBy(o => o.Id).ToList(),
        ["split, first"] = (db, r) => r.On(db.Orders.Include(o => o.Lines).AsSplitQuery()).OrderBy(o => o.Id).First(),
        ["split projection"] = (db, r) => r.On(
            db.Categories.OrderBy(c => c.Id).Select(c => new { c.Name, Products = c.Products.OrderBy(p => p.Id).Select(p => p.Name).ToList() }).AsSplitQuery()).ToList(),
        ["identity resolution"] = (db, r) => r.On(
            db.Orders.Include(o => o.Lines).ThenInclude(l => l.Product).AsNoTrackingWithIdentityResolution()).OrderBy(o => o.Id).ToList(),
        ["anonymous"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => new { p.Id, p.Name, p.Price, p.Note, p.Kind, p.Code, p.Created })).ToList(),
        ["a record"] = (db, r) => r.On(
            db.Categories.OrderBy(c => c.Id).Select(c => new Summary(c.Name, c.Products.Count, c.Products.Average(p => p.Stock)))).ToList(),
        ["an entity in a projection"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => new { p.Category, p.Name })).Take(9).ToList(),
        ["two entities joined"] = (db, r) => r.On(
            db.Products.Join(db.Categories, p => p.CategoryId, c => c.Id, (p, c) => new { p, c }).OrderBy(x => x.p.Id)).Take(11).ToList(),
        ["strings"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => p.Note)).ToList(),
        ["decimals"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => p.Price)).ToList(),
        ["dates"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => p.Created)).ToList(),
        ["enums"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => p.Kind)).ToList(),
        ["guids"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => (Guid?)p.Code)).ToList(),
        ["images"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => p.Image)).ToList(),
        ["a constant"] = (db, r) => r.On(db.Products.Select(p => 1)).ToList(),
        ["a client method"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).Select(p => Reverse(p.Name))).ToList(),
        ["grouped sums"] = (db, r) => r.On(
            db.Products.GroupBy(p => p.Kind).Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(p => p.Stock) }).OrderBy(x => x.Key)).ToList(),
        ["grouped with having"] = (db, r) => r.On(
            db.Orders.GroupBy(o => o.Customer).Where(g => g.Count() > 4).Select(g => new { g.Key, First = g.Min(o => o.Id) })).OrderBy(x => x.Key).ToList(),
        ["groups"] = (db, r) => r.On(db.Products.OrderBy(p => p.Id).GroupBy(p => p.Kind)).AsEnumerable()
            .Select(g => new { g.Key, Names = g.Select(p => p.Name).ToList() }).ToList(),
        ["distinct"] = (db, r) => r.On(db.Products.Select(p => p.Stock).Distinct().OrderBy(s => s)).ToList(),
        ["a page"] = (db, r) => r.On(db.Products.OrderByDescending(p => p.Id).Skip(10).Take(5)).ToList(),
        ["a subquery"] = (db, r) => r.On(db.Categories.Where(c => c.Products.Any(p => p.Price > 120))).OrderBy(c => c.Id).ToList(),
        ["a left join"] = (db, r) => r.On(
            from p in db.Products
            join l in db.Set<OrderLine>() on p.Id equals l.ProductId into lines
            from l in lines.DefaultIfEmpty()
            orderby p.Id, l!.Id
            select new { p.Name, Quantity = (int?)l!.Quantity }).ToList(),
        ["union"] = (db, r) => r.On(db.Products.Where(p => p.Id < 5).Union(db.Products.Where(p => p.Id > 95))).OrderBy(p => p.Id).ToList(),
        ["concat of names"] = (db, r) => r.On(db.Products.Select(p => p.Name).Concat(db.Categories.Select(c => c.Name))).OrderBy(n => n).ToList(),
        ["ignored filters"] = (db, r) => r.On(db.Products.IgnoreQueryFilters().IgnoreAutoIncludes().OrderBy(p => p.Id)).ToList(),
        ["nothing"] = (db, r) => r.On(db.Products.Where(p => p.Id < 0)).ToList(),
        ["a like"] = (db, r) => r.On(db.Products.Where(p => EF.Functions.Like(p.Name, "product 01%"))).OrderBy(p => p.Id).ToList(),
        ["a shadow key"] = (db, r) => r.On(db.Products.OrderBy(p => EF.Property<int>(p, "Id")).Select(p => EF.Property<string>(p, "Name"))).ToList(),
        ["dictionaries"] = (db, r) => r.On(db.Set<Dictionary<string, object>>("ProductTag")).OrderBy(x => x["ProductsId"]).ThenBy(x => x["TagsId"]).ToList(),
        ["raw SQL"] = (db, r) => r.On(db.Products.FromSql($"SELECT * FROM Products WHERE CategoryId = {3} ORDER BY Id")).ToList(),
        ["raw SQL, composed"] = (db, r) => r.On(db.Products.FromSqlRaw("SELECT * FROM Products WHERE CategoryId = {0}", 4).Include(p => p.Tags)).OrderBy(p => p.Id).ToList(),
        ["raw SQL, columns in another order"] = (db, r) => r.On(
            db.Categories.FromSqlRaw("SELECT 1 AS extra, Name AS name, Id AS ID FROM Categories ORDER BY Id")).ToList(),
        ["raw SQL with a common table expression"] = (db, r) => r.On(
            db.Categories.FromSqlRaw("WITH low AS (SELECT * FROM Categories WHERE Id < 4) SELECT * FROM low ORDER BY Id DESC")).ToList(),
        ["raw SQL of a scalar"] = (db, r) => r.On(db.Database.SqlQuery<int>($"SELECT Stock AS Value FROM Products WHERE Id > {90}")).OrderBy(v => v).ToList(),
        ["raw SQL of another type"] = (db, r) => r.On(
            db.Database.SqlQuery<Summary>($"SELECT Name, 1 AS Products, 2.5 AS Average FROM Categories ORDER BY Id")).ToList(),
    };

    private static string Reverse(string text) => new([.. text.Reverse()]);
}
