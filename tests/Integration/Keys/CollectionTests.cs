using System.Collections.Immutable;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

public sealed class CollectionTests : KeyTest
{
    private static readonly int[] Two = [1, 2];

    [Fact]
    public void Arrays_lists_and_sets_of_equal_items_are_answered_rightly_and_remembered()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            int[] array = [1, 2];
            List<int> list = [1, 2];
            HashSet<int> set = [1, 2];
            var immutable = ImmutableArray.Create(1, 2);
            AssertCommands(commands, db => db.Products.Where(p => array.Contains(p.Id)));
            AssertCommands(commands, db => db.Products.Where(p => list.Contains(p.Id)));
            AssertCommands(commands, db => db.Products.Where(p => set.Contains(p.Id)));
            AssertCommands(commands, db => db.Products.Where(p => immutable.Contains(p.Stock)));
            AssertCommands(commands, db => db.Products.Where(p => Two.Contains(p.CategoryId)));
        }
    }

    [Fact]
    public void Other_items_another_order_and_another_count_are_other_queries()
    {
        IQueryable<Product> Query(ShopContext db, params int[] ids) => db.Products.Where(p => ids.Contains(p.Id));

        AssertMiss(db => Query(db, 1, 2));
        AssertMiss(db => Query(db, 1, 3));
        AssertMiss(db => Query(db, 1, 2, 3));
        AssertMiss(db => Query(db, 1));
        AssertMiss(db => Query(db));
        AssertHit(db => Query(db, 1, 2));
        AssertHit(db => Query(db, 1, 3));
        AssertHit(db => Query(db, 1, 2, 3));
        AssertHit(db => Query(db, 1));
        AssertHit(db => Query(db));
    }

    [Fact]
    public void Null_items_count()
    {
        IQueryable<Product> Query(ShopContext db, params string?[] notes) => db.Products.Where(p => notes.Contains(p.Note));

        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, db => Query(db, "note 1", null));
            AssertCommands(commands, db => Query(db, "note 1"));
            AssertCommands(commands, db => Query(db, [null]));
            AssertCommands(commands, db => Query(db, ""));
            AssertCommands(commands, db => Query(db, null, null));
        }
    }

    [Fact]
    public void Null_items_of_numbers_count()
    {
        IQueryable<int> Query(ShopContext db, params List<int?> values) => db.Products.Where(p => values.Contains(p.Stock)).Select(p => p.Id);

        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, db => Query(db, 1, null));
            AssertCommands(commands, db => Query(db, 1));
            AssertCommands(commands, db => Query(db, 1, 0));
        }
    }

    [Fact]
    public void A_list_of_five_hundred()
    {
        var ids = Enumerable.Range(1, 500).ToList();
        AssertMiss(db => db.Products.Where(p => ids.Contains(p.Id)));
        var same = Enumerable.Range(1, 500).ToList();
        AssertHit(db => db.Products.Where(p => same.Contains(p.Id)));
        same[^1] = 7;
        AssertMiss(db => db.Products.Where(p => same.Contains(p.Id)));
    }

    [Fact]
    public void A_list_that_is_changed_in_place_gives_other_rows()
    {
        List<int> list = [1];
        int[] array = [1];

        AssertMiss(db => db.Products.Where(p => list.Contains(p.Id)));
        list[0] = 2;
        AssertMiss(db => db.Products.Where(p => list.Contains(p.Id)));
        list.Add(3);
        AssertMiss(db => db.Products.Where(p => list.Contains(p.Id)));
        AssertMiss(db => db.Products.Where(p => array.Contains(p.Id)));
        array[0] = 2;
        AssertMiss(db => db.Products.Where(p => array.Contains(p.Id)));
        array[0] = 1;
        AssertHit(db => db.Products.Where(p => array.Contains(p.Id)));
    }

    [Fact]
    public void Bytes_that_are_changed_in_place_give_other_rows()
    {
        byte[] image = [1, 2, 3];

        AssertMiss(db => db.Products.Where(p => p.Image == image));
        image[0] = 2;
        AssertMiss(db => db.Products.Where(p => p.Image == image));
    }

    [Fact]
    public async Task A_list_that_is_changed_while_the_query_runs_neither_spoils_the_answer_nor_the_cache()
    {
        List<int> list = [1];
        Shop.Sql.BeforeRead = _ => list[0] = 2;
        await using var db = Shop.New();

        var products = await db.Products.Where(p => list.Contains(p.Id)).Remember(Ttl).ToListAsync();
        Shop.Sql.BeforeRead = null;

        Assert.Equal(1, products.Single().Id);
        AssertMiss(shop => shop.Products.Where(p => list.Contains(p.Id)));
        list[0] = 1;
        AssertHit(shop => shop.Products.Where(p => list.Contains(p.Id)));
    }

    [Fact]
    public void Arrays_written_into_the_query()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var (a, b) in new[] { (1, 2), (1, 3), (2, 1), (1, 1) })
            {
                AssertCommands(commands, db => db.Products.Where(p => new[] { a, b }.Contains(p.Id)));
            }

            AssertCommands(commands, db => db.Products.Where(p => new[] { 1, 2 }.Contains(p.Id)));
        }
    }

    [Fact]
    public void The_ways_of_sending_a_list_are_those_that_were_asked_for()
    {
        int[] ids = [1, 2];
        Func<ShopContext, IQueryable<Product>>[] queries =
        [
            db => db.Products.Where(p => ids.Contains(p.Id)),
            db => db.Products.Where(p => EF.Constant(ids).Contains(p.Id)),
            db => db.Products.Where(p => EF.Parameter(ids).Contains(p.Id)),
            db => db.Products.Where(p => EF.MultipleParameters(ids).Contains(p.Id)),
        ];
        foreach (var query in queries)
        {
            using var plain = Shop.NewPlain();
            var expected = query(plain).ToQueryString();
            AssertMiss(query);
            AssertHit(query);

            var body = expected[expected.IndexOf("SELECT", StringComparison.Ordinal)..];
            Assert.Equal(body, Shop.Sql.Texts.Last());
        }
    }

    [Fact]
    public void A_list_that_is_projected_is_the_caller_s()
    {
        // EF Core sends a list of numbers and reads it again; one of entities it hands through.
        List<Category> list = [new Category { Id = 1 }, new Category { Id = 2 }];
        using var plain = Shop.NewPlain();
        Assert.Same(list, plain.Products.Where(p => p.Id == 1).Select(p => new { p.Id, List = list }).Single().List);
        for (var run = 0; run < 2; run++)
        {
            using var db = Shop.New();
            var row = db.Products.Where(p => p.Id == 1).Select(p => new { p.Id, List = list }).Remember(Ttl).Single();

            Assert.Same(list, row.List);
        }
    }

    [Fact]
    public void Lists_of_dates_guids_enums_and_texts()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var i in new[] { 1, 2 })
            {
                var dates = new List<DateTime> { new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i) };
                Guid[] codes = [new Guid(i, 0, 0, new byte[8])];
                HashSet<ProductKind> kinds = [(ProductKind)i];
                string[] names = [$"product {i:000}"];
                AssertCommands(commands, db => db.Products.Where(p => dates.Contains(p.Created)));
                AssertCommands(commands, db => db.Products.Where(p => codes.Contains(p.Code)));
                AssertCommands(commands, db => db.Products.Where(p => kinds.Contains(p.Kind)));
                AssertCommands(commands, db => db.Products.Where(p => names.Contains(p.Name)));
            }
        }
    }
}
