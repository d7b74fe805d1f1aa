using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class LimitTests
{
    [Fact]
    public void A_result_with_too_many_rows_is_returned_whole_and_not_stored()
    {
        using var shop = new TestShop(cache: o => o.MaxRows = 19);

        Assert.Equal(20, shop.Count(db => Terminals.Remembered(db).ToList()).Result.Count);
        Assert.Equal(1, shop.Commands(db => Terminals.Remembered(db).ToList()));

        Assert.Equal(0, shop.Cache.Statistics.Stores);
        Assert.Equal(0, shop.Cache.Statistics.Entries);
        Assert.Equal(2, Assert.Single(shop.Cache.Statistics.Bypasses).Value);
    }

    [Theory]
    [InlineData(5, 7)]
    [InlineData(5, 5)]
    [InlineData(5, 20)]
    public void Of_a_result_with_too_many_rows_those_are_read_that_are_asked_for(int maxRows, int asked)
    {
        using var shop = new TestShop(cache: o => o.MaxRows = maxRows);

        var plain = RowsRead(shop.ConfigurePlain(), static products => products, asked);
        var remembered = RowsRead(shop.Configure(), static products => products.Remember(Proof.Minute), asked);

        Assert.Equal(plain.Products, remembered.Products);
        Assert.Equal(Math.Max(plain.Rows, maxRows + 1), remembered.Rows);
    }

    [Fact]
    public void A_result_of_exactly_the_most_rows_is_stored()
    {
        using var shop = new TestShop(cache: o => o.MaxRows = 20);

        Assert.Equal(1, shop.Commands(db => Terminals.Remembered(db).ToList()));
        Assert.Equal(0, shop.Commands(db => Terminals.Remembered(db).ToList()));
        Assert.Empty(shop.Cache.Statistics.Bypasses);
    }

    [Fact]
    public async Task A_result_with_too_many_bytes_is_returned_whole_and_not_stored()
    {
        using var shop = new TestShop(cache: o => o.MaxResultBytes = 1000);

        Assert.Equal(20, (await shop.CountAsync(db => Terminals.Remembered(db).ToListAsync())).Result.Count);
        Assert.Equal(1, (await shop.CountAsync(db => Terminals.Remembered(db).ToListAsync())).Commands);
        Assert.Equal(2, Assert.Single(shop.Cache.Statistics.Bypasses).Value);

        Assert.Equal(1, shop.Commands(db => Terminals.Remembered(db).Count()));
        Assert.Equal(0, shop.Commands(db => Terminals.Remembered(db).Count()));
    }

    [Fact]
    public void A_large_text_counts_towards_the_bytes()
    {
        using var shop = new TestShop(cache: o => o.MaxResultBytes = 5000);
        using (var db = shop.New())
        {
            db.Products.Single(p => p.Id == 1).Note = new string('x', 3000);
            db.SaveChanges();
        }

        Assert.Equal(3000, shop.Count(Note).Result!.Length);
        Assert.Equal(1, shop.Commands(Note)); // Two bytes for each character.

        static string? Note(ShopContext db) => db.Products.Where(p => p.Id == 1).Select(p => p.Note).Remember(Proof.Minute).Single();
    }

    [Fact]
    public void A_split_query_with_one_result_over_the_limits_is_loaded_as_a_whole()
    {
        using var shop = new TestShop(cache: o => o.MaxRows = 50);

        Assert.Equal(2, shop.Commands(Split));
        var (categories, commands) = shop.Count(Split);

        Assert.Equal(2, commands); // The hundred products are not stored, so the five categories do not count either.
        Assert.All(categories, c => Assert.Equal(20, c.Products.Count));

        static List<Category> Split(ShopContext db) => db.Categories.Include(c => c.Products).AsSplitQuery().Remember(Proof.Minute).ToList();
    }

    [Fact]
    public void A_limit_of_no_rows_stores_only_empty_results()
    {
        using var shop = new TestShop(cache: o => o.MaxRows = 0);

        Assert.Equal(1, shop.Commands(db => db.Products.Remember(Proof.Minute).First()));
        Assert.Equal(1, shop.Commands(db => db.Products.Remember(Proof.Minute).First()));
        Assert.Equal(1, shop.Commands(db => db.Products.Where(p => p.Id < 0).Remember(Proof.Minute).ToList()));
        Assert.Equal(0, shop.Commands(db => db.Products.Where(p => p.Id < 0).Remember(Proof.Minute).ToList()));
    }

    private static (List<string> Products, int Rows) RowsRead(
        DbContextOptionsBuilder options, Func<IQueryable<Product>, IQueryable<Product>> query, int asked)
    {
        var counter = new ReadCounter();
        using var db = new ShopContext(options.AddInterceptors(counter).Options);
        var products = new List<string>();
        using (var rows = query(db.Products.OrderBy(static p => p.Id)).AsEnumerable().GetEnumerator())
        {
            while (products.Count < asked && rows.MoveNext())
            {
                products.Add(rows.Current.Name);
            }
        }

        return (products, counter.Rows);
    }

    private sealed class ReadCounter : DbCommandInterceptor
    {
        public int Rows { get; private set; }

        public override InterceptionResult DataReaderClosing(
            DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        {
            Rows = eventData.ReadCount;
            return result;
        }
    }
}
