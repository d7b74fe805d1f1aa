#pragma warning disable RS0030 // The clock inside of a query is that of the database.
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Whatever a lambda captures, its value at the time of the call is what counts.</summary>
public sealed class ClosureTests : KeyTest
{
    private static readonly int ReadOnlyStatic = 7;
    private static int s_static;

    private int _field;

    private static int StaticProperty { get; set; }

    private int Property { get; set; }

    private static int StaticMethod(int x) => x + s_static;

    [Fact]
    public void A_field_of_this()
        => AssertFollows(value => _field = value, db => db.Products.Where(p => p.Id == _field));

    [Fact]
    public void A_property_of_this()
        => AssertFollows(value => Property = value, db => db.Products.Where(p => p.Id == Property));

    [Fact]
    public void A_static_field()
        => AssertFollows(static value => s_static = value, static db => db.Products.Where(p => p.Id == s_static));

    [Fact]
    public void A_static_property()
        => AssertFollows(static value => StaticProperty = value, static db => db.Products.Where(p => p.Id == StaticProperty));

    [Fact]
    public void A_static_method()
        => AssertFollows(static value => s_static = value, static db => db.Products.Where(p => p.Id == StaticMethod(0)));

    [Fact]
    public void A_static_field_that_never_changes()
    {
        AssertMiss(db => db.Products.Where(p => p.Id == ReadOnlyStatic));
        AssertHit(db => db.Products.Where(p => p.Id == ReadOnlyStatic));
    }

    [Fact]
    public void An_indexer_of_a_list_and_of_a_dictionary()
    {
        var list = new List<int> { 0 };
        var dictionary = new Dictionary<string, int>(StringComparer.Ordinal);
        var array = new int[1];

        AssertFollows(value => list[0] = value, db => db.Products.Where(p => p.Id == list[0]));
        AssertFollows(value => dictionary["id"] = value, db => db.Products.Where(p => p.Stock == dictionary["id"]));
        AssertFollows(value => array[0] = value, db => db.Products.Where(p => p.CategoryId == array[0]));
    }

    [Fact]
    public void A_method_and_a_delegate()
    {
        var value = 0;
        Func<int> read = () => value;

        AssertFollows(x => value = x, db => db.Products.Where(p => p.Id == read()));
        AssertFollows(x => value = x, db => db.Products.Where(p => p.Stock == int.Parse(value.ToString())));
    }

    [Fact]
    public void A_chain_of_properties_and_a_changed_link_in_it()
    {
        var outer = new Node { Inner = new Node() };

        AssertFollows(value => outer.Inner.Value = value, db => db.Products.Where(p => p.Id == outer.Inner.Value));
        AssertFollows(value => outer.Inner = new Node { Value = value }, db => db.Products.Where(p => p.Stock == outer.Inner.Value));
    }

    [Fact]
    public void A_virtual_property_is_the_one_of_the_object_and_not_of_its_declared_type()
    {
        var node = new Node { Virtual = 3 };
        AssertFollows(value => node.Virtual = value, Query);

        node = new Overriding();
        AssertFollows(value => node.Virtual = value, Query);

        IQueryable<Product> Query(ShopContext db) => db.Products.Where(p => p.Id == node.Virtual);
    }

    [Fact]
    public void A_property_of_an_interface()
    {
        INode node = new Node();

        AssertFollows(value => ((Node)node).Value = value, db => db.Products.Where(p => p.Id == node.Value));
    }

    [Fact]
    public void A_property_with_side_effects_is_read_as_often_as_by_EF_Core_and_its_value_counts()
    {
        var plainSource = new Counting();
        using (var plain = Shop.NewPlain())
        {
            _ = plain.Products.Where(p => p.Id == plainSource.Next).ToList();
        }

        var source = new Counting();
        for (var run = 1; run <= 3; run++)
        {
            using var db = Shop.New();
            var products = db.Products.Where(p => p.Id == source.Next).Remember(Ttl).ToList();

            Assert.Equal(plainSource.Reads * run, source.Reads);
            Assert.Equal(source.Reads, products.Single().Id);
        }
    }

    [Fact]
    public void A_getter_around_a_field_of_its_own_runs_as_often_as_it_does_in_EF_Core()
    {
        var source = new Counting { Stored = 5 };
        for (var run = 1; run <= 3; run++)
        {
            var (products, commands) = Shop.Count(db => db.Products.Where(p => p.Id == source.Stored).Remember(Ttl).ToList());

            Assert.Equal(5, products.Single().Id);
            Assert.Equal((run, run == 1 ? 1 : 0), (source.StoredReads, commands));
        }
    }

    [Fact]
    public void The_value_of_a_nullable_that_has_none_fails_as_it_does_without_the_cache()
    {
        int? id = null;
        using var db = Shop.New();
        using var plain = Shop.NewPlain();

        var expected = Assert.ThrowsAny<Exception>(() => plain.Products.Where(p => p.Id == id!.Value).ToList());
        var actual = Assert.ThrowsAny<Exception>(() => db.Products.Where(p => p.Id == id!.Value).Remember(Ttl).ToList());

        Assert.Equal((expected.GetType(), expected.Message), (actual.GetType(), actual.Message));
    }

    [Fact]
    public void A_chain_through_null_fails_as_it_does_without_the_cache_also_after_it_had_worked()
    {
        var node = new Node { Inner = new Node { Value = 1 } };
        AssertMiss(db => db.Products.Where(p => p.Id == node.Inner.Value));
        AssertHit(db => db.Products.Where(p => p.Id == node.Inner.Value));
        node.Inner = null!;
        using var db = Shop.New();

        Assert.ThrowsAny<Exception>(() => db.Products.Where(p => p.Id == node.Inner.Value).Remember(Ttl).ToList());
    }

    [Fact]
    public void A_captured_query_is_part_of_the_query_and_followed_when_it_changes()
    {
        IQueryable<Product> Query(ShopContext db, int category, bool ordered)
        {
            IQueryable<Product> inner = db.Products.Where(p => p.CategoryId == category);
            inner = ordered ? inner.Where(p => p.Stock > 1) : inner;
            return db.Products.Where(p => inner.Any(q => q.Id == p.Id));
        }

        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, db => Query(db, 1, ordered: false));
            AssertCommands(commands, db => Query(db, 2, ordered: false));
            AssertCommands(commands, db => Query(db, 1, ordered: true));
        }
    }

    [Fact]
    public void A_captured_set_and_a_set_of_the_context_are_one()
    {
        AssertMiss(db => db.Categories.Where(c => db.Products.Any(p => p.CategoryId == c.Id && p.Stock > 5)).Select(c => c.Id));
        AssertHit(db =>
        {
            var products = db.Products;
            return db.Categories.Where(c => products.Any(p => p.CategoryId == c.Id && p.Stock > 5)).Select(c => c.Id);
        });
    }

    [Fact]
    public void The_clock_of_the_database_is_part_of_the_query_and_not_a_captured_value()
    {
        AssertMiss(db => db.Products.Where(p => p.Created < DateTime.UtcNow));
        AssertHit(db => db.Products.Where(p => p.Created < DateTime.UtcNow));
    }

    private interface INode
    {
        int Value { get; }
    }

    private class Node : INode
    {
        public int Value { get; set; }

        public virtual int Virtual { get; set; }

        public Node Inner { get; set; } = null!;
    }

    private sealed class Overriding : Node
    {
        private int _value;

        public override int Virtual
        {
            get => _value + 10;
            set => _value = value;
        }
    }

    private sealed class Counting
    {
        public int Reads { get; private set; }

        public int Next => ++Reads;

        public int StoredReads { get; private set; }

        public int Stored
        {
            get
            {
                StoredReads++;
                return field;
            }

            init;
        }
    }
}
