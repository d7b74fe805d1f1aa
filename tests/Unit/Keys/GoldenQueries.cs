using System.Linq.Expressions;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>
/// Queries whose keys are pinned. Without anonymous types: the compiler numbers those by their order in the assembly.
/// </summary>
internal static class GoldenQueries
{
    private static readonly int[] Ids = [1, 2, 3];

    public static IReadOnlyList<(string Name, Func<KeyShop, Expression> Make)> All { get; } = Make();

    private static List<(string Name, Func<KeyShop, Expression> Make)> Make()
    {
        var (id, stock, skip, weight, price, name, note) = (7, 3, 10, 5L, 1.50m, "a", (string?)null);
        var (kind, hidden, rank) = (KeyKind.Special, true, (int?)4);
        var (code, created) = (new Guid(1, 2, 3, new byte[8]), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        var (list, set, names) = (new List<int> { 1, 2 }, new HashSet<int> { 5 }, new[] { "x", null });
        var (product, image, none) = (new KeyProduct { Id = 9 }, new byte[] { 1, 2 }, (int?)null);
        var (queue, iterator, pair) = (new Queue<int>([1, 2]), Enumerable.Range(1, 2), Tuple.Create(1, "a"));
        return
        [
            ("all", static shop => shop.Products.AsQueryable().Expression),
            ("another root", static shop => shop.Categories.AsQueryable().Expression),
            ("a shared method's root", static shop => shop.Set<KeySpecialProduct>().AsQueryable().Expression),
            ("constant", static shop => shop.Products.Where(p => p.Id == 7).Expression),
            ("captured int", shop => shop.Products.Where(p => p.Id == id).Expression),
            ("captured long", shop => shop.Products.Where(p => p.Weight == weight).Expression),
            ("int widened to long", shop => shop.Products.Where(p => p.Weight == id).Expression),
            ("captured decimal", shop => shop.Products.Where(p => p.Price > price).Expression),
            ("captured string", shop => shop.Products.Where(p => p.Name == name).Expression),
            ("captured null", shop => shop.Products.Where(p => p.Note == note).Expression),
            ("captured bool", shop => shop.Products.Where(p => p.IsHidden == hidden).Expression),
            ("captured enum", shop => shop.Products.Where(p => p.Kind == kind).Expression),
            ("captured Guid", shop => shop.Products.Where(p => p.Code == code).Expression),
            ("captured date", shop => shop.Products.Where(p => p.Created < created).Expression),
            ("captured nullable", shop => shop.Products.Where(p => p.Rank == rank).Expression),
            ("captured null number", shop => shop.Products.Where(p => p.Rank == none).Expression),
            ("nullable lift", shop => shop.Products.Where(p => p.Rank == id).Expression),
            ("captured bytes", shop => shop.Products.Where(p => p.Image == image).Expression),
            ("captured entity", shop => shop.Products.Where(p => p == product).Expression),
            ("two variables", shop => shop.Products.Where(p => p.Id == id && p.Stock == stock).Expression),
            ("array Contains", static shop => shop.Products.Where(p => Ids.Contains(p.Id)).Expression),
            ("list Contains", shop => shop.Products.Where(p => list.Contains(p.Id)).Expression),
            ("set Contains", shop => shop.Products.Where(p => set.Contains(p.Id)).Expression),
            ("Contains with null items", shop => shop.Products.Where(p => names.Contains(p.Note)).Expression),
            ("inline array Contains", shop => shop.Products.Where(p => new[] { id, stock }.Contains(p.Id)).Expression),
            ("StartsWith", shop => shop.Products.Where(p => p.Name.StartsWith(name)).Expression),
            ("Like", shop => shop.Products.Where(p => EF.Functions.Like(p.Name, name)).Expression),
            ("EF.Property", static shop => shop.Products.Where(p => EF.Property<int>(p, "Stock") == 1).Expression),
            ("EF.Constant", shop => shop.Products.Where(p => p.Id == EF.Constant(id)).Expression),
            ("EF.Parameter", static shop => shop.Products.Where(p => p.Id == EF.Parameter(7)).Expression),
            ("order and page", shop => shop.Products.OrderBy(p => p.Name).ThenByDescending(p => p.Id).Skip(skip).Take(5).Expression),
            ("Include", static shop => shop.Categories.Include(c => c.Products).Expression),
            ("filtered Include", shop => shop.Categories.Include(c => c.Products.Where(p => p.Stock > stock)).Expression),
            ("split query", static shop => shop.Categories.Include("Products").AsSplitQuery().Expression),
            ("no tracking", static shop => shop.Products.AsNoTracking().Expression),
            ("ignored filters", static shop => shop.Products.IgnoreQueryFilters().Expression),
            ("tag", static shop => shop.Products.TagWith("golden").Expression),
            ("scalar projection", static shop => shop.Products.Select(p => p.Name).Expression),
            ("record projection", static shop => shop.Products.Select(p => new KeyRow(p.Id, p.Name)).Expression),
            ("anonymous projection", static shop => shop.Products.Select(p => new { p.Id, p.Name, Both = new { p.Stock } }).Expression),
            ("queue Contains", shop => shop.Products.Where(p => queue.Contains(p.Id)).Expression),
            ("iterator Contains", shop => shop.Products.Where(p => iterator.Contains(p.Id)).Expression),
            ("list in the query", static shop => shop.Products.Where(p => new List<int> { 1, 2 }.Contains(p.Id)).Expression),
            ("captured tuple", shop => shop.Products.Where(p => pair.Equals(p.Code)).Expression),
            ("member initializer", static shop => shop.Products.Select(p => new KeyCategory { Id = p.Id, Name = p.Name }).Expression),
            ("array projection", static shop => shop.Products.Select(p => new[] { p.Id, p.Stock }).Expression),
            ("conditional", static shop => shop.Products.Select(p => p.Note == null ? p.Name : p.Note).Expression),
            ("coalesce", static shop => shop.Products.Select(p => p.Rank ?? 0).Expression),
            ("join", static shop => shop.Products.Join(shop.Categories, p => p.CategoryId, c => c.Id, (p, c) => new KeyRow(p.Id, c.Name)).Expression),
            ("group", static shop => shop.Products.GroupBy(p => p.CategoryId, p => p.Price).Select(g => new KeyValuePair<int, decimal>(g.Key, g.Sum())).Expression),
            ("subquery", shop => shop.Categories.Where(c => shop.Products.Any(p => p.CategoryId == c.Id && p.Stock > stock)).Expression),
            ("OfType", static shop => shop.Products.OfType<KeySpecialProduct>().Expression),
            ("type test", static shop => shop.Products.Where(p => p is KeySpecialProduct).Expression),
            ("FromSql", shop => shop.Products.FromSql($"SELECT * FROM Products WHERE Id = {id}").Expression),
            ("FromSqlRaw", static shop => shop.Products.FromSqlRaw("SELECT * FROM Products WHERE Id <> {0}", 7).Expression),
            ("SqlQuery", shop => shop.Database.SqlQuery<int>($"SELECT Id AS Value FROM Products WHERE Id > {id}").Expression),
            ("First", static shop => KeyLab.End(shop.Products, "First")),
            ("Count", static shop => KeyLab.End(shop.Products, "Count")),
            ("Any", static shop => KeyLab.End(shop.Products, "Any")),
            ("ElementAt", static shop => KeyLab.End(shop.Products, "ElementAt", Expression.Constant(3))),
            ("Single of a predicate", shop => KeyLab.End<KeyProduct>(shop.Products, "Single", Predicate(p => p.Id == id))),
        ];
    }

    private static UnaryExpression Predicate(Expression<Func<KeyProduct, bool>> predicate) => Expression.Quote(predicate);
}
