using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class ExpressionKeyTests : IDisposable
{
    private readonly KeyLab _lab = new();

    private static int Static { get; set; } = 1;

    private IQueryable<KeyProduct> Products => _lab.Shop.Products;

    [Fact]
    public void Names_of_lambda_parameters_and_of_variables_do_not_matter()
    {
        var (first, second) = (1, 1);

        AssertSame(Products.Where(p => p.Id == 1), Products.Where(x => x.Id == 1));
        AssertSame(Products.Where(p => p.Id == first), Products.Where(x => x.Id == second));
        AssertSame(
            Products.SelectMany(p => p.Category!.Products, (p, q) => p.Id + q.Stock),
            Products.SelectMany(a => a.Category!.Products, (b, c) => b.Id + c.Stock));
    }

    [Fact]
    public void Which_parameter_is_meant_matters()
    {
        AssertDifferent(
            Products.SelectMany(p => p.Category!.Products, (p, q) => p.Id),
            Products.SelectMany(p => p.Category!.Products, (p, q) => q.Id));
        AssertDifferent(
            Products.Where(p => p.Category!.Products.Any(q => q.Id == p.Id)),
            Products.Where(p => p.Category!.Products.Any(q => q.Id == q.Id)));
    }

    [Fact]
    public void A_constant_and_a_variable_are_two_shapes()
    {
        var id = 1;

        AssertDifferent(Products.Where(p => p.Id == 1), Products.Where(p => p.Id == id));
    }

    [Fact]
    public void Operators_operands_and_their_order_matter()
        => AssertAllDifferent(
            Products.Where(p => p.Id == p.Stock),
            Products.Where(p => p.Stock == p.Id),
            Products.Where(p => p.Id != p.Stock),
            Products.Where(p => p.Id < p.Stock),
            Products.Where(p => p.Id <= p.Stock),
            Products.Where(p => p.Id + p.Stock == 1),
            Products.Where(p => p.Id - p.Stock == 1),
            Products.Where(p => p.Id == 1 && p.Stock == 1),
            Products.Where(p => p.Id == 1 || p.Stock == 1),
            Products.Where(p => p.Id == 1).Where(p => p.Stock == 1),
            Products.Where(p => p.IsHidden),
            Products.Where(p => !p.IsHidden),
            Products.Where(p => p.Rank == 1),
            Products.Where(p => p.Rank!.Value == 1),
            Products.Where(p => (int)p.Price == 1),
            Products.Where(p => (long)p.Price == 1),
            Products.Where(p => p.Id == 1).OrderBy(p => p.Id),
            Products.OrderBy(p => p.Id).Where(p => p.Id == 1),
            Products.OrderBy(p => p.Id),
            Products.OrderByDescending(p => p.Id),
            Products.OrderBy(p => p.Stock),
            Products.Skip(1),
            Products.Take(1),
            Products.Distinct(),
            Products.AsNoTracking(),
            Products.AsNoTrackingWithIdentityResolution(),
            Products.AsTracking(),
            Products.AsSingleQuery(),
            Products.AsSplitQuery(),
            Products.IgnoreQueryFilters(),
            Products.IgnoreQueryFilters(["one"]),
            Products.IgnoreQueryFilters(["two"]),
            Products.IgnoreAutoIncludes(),
            Products.Include(p => p.Category),
            Products.Include("Category.Products"),
            Products.TagWith("a"),
            Products.TagWith("b"),
            Products.Select(p => p.Id),
            Products.Select(p => p.Stock),
            Products.Select(p => (long)p.Id),
            Products.Select(p => (int?)p.Id),
            Products.Select(p => new { p.Id }),
            Products.Select(p => new { Id = p.Stock }),
            Products.Select(p => new { Other = p.Id }),
            Products.Select(p => new[] { p.Id }),
            Products.Select(p => new List<int> { p.Id }),
            Products.Select(p => new List<int> { p.Id, p.Stock }),
            Products.Select(p => new KeyCategory { Id = p.Id }),
            Products.Select(p => new KeyCategory { Name = p.Name }),
            Products.Select(p => EF.Property<int>(p, "Id")),
            Products.Select(p => EF.Property<int>(p, "Stock")),
            Products.Select(p => p.Name.StartsWith("ax")),
            Products.Select(p => p.Name.EndsWith("ax")),
            Products.Select(p => p.Name.StartsWith("bx")),
            _lab.Shop.Categories,
            _lab.Shop.Set<KeySpecialProduct>(),
            Products.OfType<KeySpecialProduct>(),
            Products.FromSqlRawly("SELECT * FROM Products"),
            Products.FromSqlRawly("SELECT * FROM Products WHERE Id = 3"));

    [Fact]
    public void Values_outside_of_lambdas_are_values_and_not_part_of_the_shape()
    {
        var (a, b) = (_lab.Extracted(Products.Skip(1)), _lab.Extracted(Products.Skip(2)));

        Assert.True(a.Shape.Span.SequenceEqual(b.Shape.Span));
        Assert.False(a.Values.Span.SequenceEqual(b.Values.Span));
    }

    [Fact]
    public void The_source_is_a_prefix_that_all_terminal_operators_share()
    {
        var source = Products.Where(p => p.Id == 1);
        string[] terminals = ["First", "Single", "Count", "Any", "FirstOrDefault", "LongCount"];
        var keys = terminals.Select(terminal => _lab.Extracted(KeyLab.End(source, terminal))).Append(_lab.Extracted(source)).ToArray();

        Assert.Single(keys.Select(static key => key.SourceHash(0)).Distinct());
        Assert.Equal(keys.Length, keys.Select(static key => Convert.ToHexString(key.Shape.Span)).Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(keys[0].SourceHash(0), keys[0].SourceHash(1));
        Assert.NotEqual(keys[0].SourceHash(0), _lab.Extracted(Products.Where(p => p.Id == 2)).SourceHash(0));
    }

    [Fact]
    public void The_marks_of_Remember_are_no_part_of_the_query()
        => AssertSame(
            EfCore.RememberQueryableExtensions.Remember(Products.Where(p => p.Id == 1)).OrderBy(p => p.Id),
            EfCore.RememberQueryableExtensions.Remember(Products.Where(p => p.Id == 1).OrderBy(p => p.Id)));

    [Fact]
    public void What_only_EF_Core_can_read_is_left_to_it()
    {
        var list = new List<int> { 1 };
        Func<int> function = () => 1;
        var query = Products.Where(p => p.Id == 1);
        var computed = new Computed();
        Base overridden = new Derived();

        Assert.All(
            new Expression[]
            {
                Products.Where(p => p.Id == Static).Expression,
                Products.Where(p => query.Any(q => q.Id == p.Id)).Expression,
                Products.Where(p => p.Id == computed.Value).Expression,
                Products.Where(p => p.Id == overridden.Virtual).Expression,
            },
            expression => Assert.Null(_lab.Raw(expression)));
        Assert.All(
            new Expression[]
            {
                Products.Where(p => p.Id == list[0]).Expression,
                Products.Where(p => p.Id == function()).Expression,
                Products.Where(p => p.Id == Static).Expression,
                Products.Where(p => p.Id == computed.Value).Expression,
                Products.Where(p => query.Any(q => q.Id == p.Id)).Expression,
            },
            expression => AssertNoShortCut(expression));
    }

    [Fact]
    public void A_flag_that_decides_over_the_query_is_never_read_past_EF_Core()
    {
        foreach (var flag in new[] { true, false })
        {
            AssertNoShortCut(Products.Where(p => flag || p.Id == 1).Expression);
            AssertNoShortCut(Products.Where(p => p.Id == 1 && flag).Expression);
            AssertNoShortCut(Products.Where(p => flag ? p.Id == 1 : p.Stock == 1).Expression);
            int? rank = flag ? 1 : null;
            AssertNoShortCut(Products.Where(p => (rank ?? p.Rank) == 1).Expression);
        }
    }

    public void Dispose() => _lab.Dispose();

    private void AssertNoShortCut(Expression query)
    {
        var extracted = _lab.Extracted(query);
        Assert.Null(extracted.Refusal);
        Assert.False(_lab.Raw(query)?.IsSameQuery(extracted) ?? false, query.ToString());
    }

    private void AssertSame(IQueryable one, IQueryable other) => Assert.True(_lab.Extracted(one).IsSameQuery(_lab.Extracted(other)));

    private void AssertDifferent(IQueryable one, IQueryable other) => AssertAllDifferent(one, other);

    private void AssertAllDifferent(params IQueryable[] queries)
    {
        var seen = new Dictionary<string, IQueryable>(StringComparer.Ordinal);
        foreach (var query in queries)
        {
            var key = _lab.Extracted(query);
            Assert.Null(key.Refusal);
            Assert.True(
                seen.TryAdd(Convert.ToHexString(key.Shape.Span) + ' ' + Convert.ToHexString(key.Values.Span), query), query.Expression.ToString());
        }
    }

    private sealed class Computed
    {
        private int _reads;

        public int Value => ++_reads;
    }

    private class Base
    {
        public virtual int Virtual { get; set; } = 1;
    }

    private sealed class Derived : Base
    {
        public override int Virtual => 2;
    }
}

file static class RawSql
{
    public static IQueryable<KeyProduct> FromSqlRawly(this IQueryable<KeyProduct> source, string sql)
        => ((DbSet<KeyProduct>)source).FromSqlRaw(sql);
}
