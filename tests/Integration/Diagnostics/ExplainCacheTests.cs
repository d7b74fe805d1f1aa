using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>What is explained of a query: whether it would be answered from the cache, why not, and what is there.</summary>
public abstract class ExplainCacheTests(Provider provider) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private TestShop? _shop;

    public sealed class OnSqlite() : ExplainCacheTests(Provider.Sqlite);

    public sealed class OnPostgres() : ExplainCacheTests(Provider.PostgreSql);

    private TestShop Shop => _shop ??= New();

    [Fact]
    public async Task Cold_warm_and_written()
    {
        await AssertNextAsync(CacheOutcome.Miss, commands: 1);
        await AssertNextAsync(CacheOutcome.Memory, commands: 0);
        await using (var db = Shop.New())
        {
            (await db.Products.FindAsync(7))!.Stock++;
            await db.SaveChangesAsync();
        }

        var written = await AssertNextAsync(CacheOutcome.Miss, commands: 1);
        Assert.Equal(InvalidationCause.SaveChanges, written.LastInvalidation!.Cause);
        Assert.True(Assert.Single(written.Scopes).HasMoved);
        await AssertNextAsync(CacheOutcome.Memory, commands: 0);

        async Task<CacheExplanation> AssertNextAsync(CacheOutcome outcome, int commands)
        {
            await using var db = Shop.NewForbidden();
            var explained = await db.Products.OrderBy(p => p.Price).Remember(Minute).ExplainCacheAsync();
            Assert.Equal(outcome, explained.Outcome);
            Assert.Equal(commands, (await Shop.CountAsync(static db => db.Products.OrderBy(p => p.Price).Remember(Minute).ToListAsync())).Commands);
            return explained;
        }
    }

    [Fact]
    public void An_entry_is_described()
    {
        var category = 3;
        var options = new RememberOptions { Key = "cheap", Tags = ["shop:42"], Ttl = Minute, StaleFor = Minute };
        for (var i = 0; i < 3; i++)
        {
            Shop.Count(db => Query(db).ToList());
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        var explained = Shop.OnHit(db => Query(db).ExplainCache());

        Assert.Equal(
            (CacheOutcome.Memory, "Remember", "cheap", 20, 2L), (explained.Outcome, explained.RememberedBy, explained.Name, explained.Rows, explained.Hits));
        Assert.Equal(
            (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(110), Minute),
            (explained.Age, explained.TimeLeft, explained.StaleLeft, explained.Ttl));
        Assert.True(explained.Bytes > 20 * 50);
        Assert.Matches("^q:[0-9a-f]{64}$", explained.Key);
        Assert.Equal(["Products"], explained.Tables);
        Assert.Equal(["cheap", "shop", "shop:42"], explained.Tags.Select(tag => tag.Name));
        Assert.Contains("Products[CategoryId=#]", explained.Scopes.Select(scope => scope.Name));
        Assert.Contains("the 20 rows of the list", explained.Scopes.Select(scope => scope.Name));
        Assert.All([.. explained.Scopes, .. explained.Tags, .. explained.General], stamp => Assert.False(stamp.HasMoved));
        Assert.Contains("WHERE", explained.Sql, StringComparison.Ordinal);
        Assert.Contains("@", explained.Sql, StringComparison.Ordinal);
        Shop.Cache.Flush("shop");
        explained = Shop.OnHit(db => Query(db).ExplainCache());
        Assert.Equal((CacheOutcome.Miss, InvalidationCause.Flushed), (explained.Outcome, explained.LastInvalidation!.Cause));
        Assert.Equal([false, true, false], explained.Tags.Select(tag => tag.HasMoved));

        IQueryable<Product> Query(ShopContext db) => db.Products.Where(p => p.CategoryId == category).Remember(options);
    }

    [Fact]
    public async Task A_miss_says_whether_nothing_was_stored_or_what_became_of_it()
    {
        Assert.Equal(("nothing is stored", null, null), Explain());
        Shop.Count(static db => db.Products.Remember(Minute).ToList());
        Assert.Equal((null, 100, Minute), Explain());

        Shop.Cache.Clear();
        Shop.Count(static db => db.Products.Remember(Minute).ToList());
        await using (var db = Shop.New())
        {
            await db.FlushTablesAsync("Products");
        }

        Assert.Equal(("what was stored has been invalidated", 100, TimeSpan.Zero), Explain());
        Shop.Count(static db => db.Products.Remember(Minute).ToList());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(
            ("the time of what is stored is over", 100, TimeSpan.Zero), Explain(static db => db.Products.Remember(TimeSpan.FromSeconds(5)).ExplainCache()));

        (string?, int?, TimeSpan?) Explain(Func<ShopContext, CacheExplanation>? explain = null)
        {
            var it = Shop.OnHit(explain ?? (static db => db.Products.Remember(Minute).ExplainCache()));
            return (it.Reason, it.Rows, it.TimeLeft);
        }
    }

    [Fact]
    public async Task What_nobody_has_heard_of_is_explained_with_a_reason_and_is_no_error()
    {
        await using var db = Shop.NewForbidden();
        CacheExplanation[] explained =
        [
            await db.Products.ExplainCacheAsync(-1),
            db.Products.ExplainCache(int.MaxValue),
            await db.Products.Remember(new RememberOptions { Key = "no such name", Tags = ["no such tag"] }).ExplainCacheAsync(),
            await db.Products.Where(static p => p.Name == "<script>").Remember().ExplainCacheAsync(),
            await db.Products.Where(static p => p.Id == -1).Remember().ExplainCacheAsync(static q => q.Single()),
            await db.Products.Where(static p => p.Id == -1).Remember().ExplainCacheAsync(static q => q.Max(static p => p.Price)),
            await db.Products.OrderBy(static p => p.Id).Remember().ExplainCacheAsync(static q => q.ElementAt(1_000_000)),
            db.Products.OrderBy(static p => p.Id).Remember().ExplainCache(static q => q.ElementAt(1_000_000)),
            await db.Products.Remember().ExplainCacheAsync(static q => q.Average(static p => p.Price)),
        ];

        Assert.All(explained, static it => Assert.Equal(
            (CacheOutcome.Miss, "nothing is stored", null, null, null), (it.Outcome, it.Reason, it.Rows, it.Age, it.Hits)));
        Assert.Null(Shop.Cache.Diagnostics.Queries.FirstOrDefault(static query => query.Id == "no such query"));
    }

    [Fact]
    public void Who_measures_look_ups_is_not_told_of_those_of_an_explanation()
    {
        using var meters = new OwnMeters();
        using var shop = new TestShop(options => options.MeterFactory = meters, provider: provider);
        var query = static (ShopContext db) => db.Categories.Include(c => c.Products).AsSplitQuery().Remember();
        shop.Count(db => query(db).ToList());
        var measured = 0;
        using var listener = meters.Listen(static instrument => instrument.Name == "fastorm.cache.lookup.duration");
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.Start();

        Assert.Equal(CacheOutcome.Memory, shop.OnHit(db => query(db).ExplainCache()).Outcome);
        Assert.Equal(0, measured);
        shop.Count(db => query(db).ToList());
        Assert.True(measured > 0);
    }

    [Fact]
    public void To_explain_counts_nothing_stores_nothing_and_touches_nothing()
    {
        Shop.Count(static db => db.Products.Remember().ToList());
        using var plain = Shop.NewPlain();
        using var db = Shop.NewForbidden();
        var before = Shop.Cache.Statistics;

        db.Products.Remember().ExplainCache();
        db.Products.Remember().ExplainCache(static q => q.Count());
        db.Products.Remember().ExplainCache(static q => q.First());
        db.Products.Where(p => p.Id > 3).Remember().ExplainCache();
        db.Products.Where(p => p.Id > 3).ExplainCache();
        db.Products.ExplainCache(42);
        db.Categories.Include(c => c.Products).AsSplitQuery().Remember().ExplainCache();
        db.Categories.FromSqlRaw("INSERT INTO nowhere VALUES (1)").Remember().ExplainCache();
        using (RememberScope.Suppress())
        {
            db.Products.Remember().ExplainCache();
        }

        var after = Shop.Cache.Statistics;
        Assert.Equal(before with { Bypasses = after.Bypasses }, after);
        Assert.Equal(before.Bypasses, after.Bypasses);
        Assert.Empty(db.ChangeTracker.Entries());
    }

    [Fact]
    public async Task A_query_without_a_mark_is_asked_of_the_policies()
    {
        using var all = New(context: o => o.CacheAllQueries(Minute, static rules => rules.Exclude<Tag>()));
        await using var db = all.NewForbidden();
        Assert.Equal(("CacheAllQueries of the context", CacheOutcome.Miss), By(await db.Products.ExplainCacheAsync()));
        Assert.Equal((null, CacheOutcome.NotCacheable), By(await db.Tags.ExplainCacheAsync()));
        Assert.Equal("no Remember, no policy", (await db.Tags.ExplainCacheAsync(static q => q.Count())).Reason);
        Assert.Equal("DontRemember", (await db.Products.DontRemember().ExplainCacheAsync()).Reason);
        await all.CountAsync(static db => db.Products.ToListAsync());
        Assert.Equal(("CacheAllQueries of the context", CacheOutcome.Memory), By(await db.Products.ExplainCacheAsync()));
        Assert.Equal(("CacheAllQueries of the context", CacheOutcome.Miss), By(db.Products.ExplainCache(static q => q.Count())));

        await using var none = Shop.NewForbidden();
        Assert.Equal("no Remember, no policy", none.Products.ExplainCache().Reason);

        static (string?, CacheOutcome) By(CacheExplanation it) => (it.RememberedBy, it.Outcome);
    }

    public static TheoryData<Circumstance, CacheOutcome> Circumstances { get; } = new()
    {
        { Circumstance.Nothing, CacheOutcome.Miss },
        { Circumstance.Transaction, CacheOutcome.Bypassed },
        { Circumstance.AmbientTransaction, CacheOutcome.Bypassed },
        { Circumstance.TransactionBegunBySql, CacheOutcome.Bypassed },
        { Circumstance.OpenConnection, CacheOutcome.Miss },
        { Circumstance.OpenReader, CacheOutcome.Bypassed },
        { Circumstance.SwitchedOff, CacheOutcome.Disabled },
    };

    [Theory]
    [MemberData(nameof(Circumstances))]
    public async Task In_each_circumstance_the_reason_is_the_one_that_the_read_then_counts(Circumstance circumstance, CacheOutcome outcome)
    {
        if (!Support.Circumstances.Of(provider).Contains(circumstance))
        {
            return;
        }

        await using var db = Shop.New();
        var explained = await circumstance.RunAsync(db, async () =>
        {
            var it = await db.Products.Remember().ExplainCacheAsync();
            Assert.Empty(Shop.Cache.Statistics.Bypasses);
            await db.Products.Remember().ToListAsync();
            return it;
        });

        Assert.Equal(outcome, explained.Outcome);
        AssertCounted(outcome is CacheOutcome.Bypassed ? explained.Reason : null);
    }

    [Fact]
    public async Task A_query_that_cannot_be_remembered_says_why_in_the_words_of_the_counters()
    {
        var sql = provider == Provider.Sqlite
            ? "INSERT INTO \"Categories\" (\"Name\") VALUES ('x') RETURNING *" : "SELECT * FROM \"Categories\" FOR UPDATE";
        await using var db = Shop.New();
        var explained = await db.Categories.FromSqlRaw(sql).Remember().ExplainCacheAsync();
        await db.Categories.FromSqlRaw(sql).Remember().ToListAsync();

        Assert.Equal((CacheOutcome.NotCacheable, "raw SQL that is not one plain SELECT"), (explained.Outcome, explained.Detail));
        AssertCounted(explained.Reason);
    }

    [Fact]
    public async Task A_value_that_cannot_be_keyed_says_so()
    {
        if (provider != Provider.Sqlite)
        {
            return; // The parameter is one of SQLite's.
        }

        await using var db = Shop.New();
        var query = db.Categories.FromSqlRaw("SELECT * FROM Categories WHERE Id = @id", new UnreadableParameter("@id", 1)).Remember();
        var explained = await query.ExplainCacheAsync();
        await query.ToListAsync();

        Assert.Equal(CacheOutcome.NotCacheable, explained.Outcome);
        Assert.NotNull(explained.Detail);
        AssertCounted(explained.Reason);
    }

    [Fact]
    public void What_is_switched_off_says_by_whom()
    {
        using var off = New(context: static o => o.IsEnabled = false);
        Assert.Equal("UseFastOrmCache has switched it off for the context", Explain(off).Reason);
        Shop.Cache.IsEnabled = false;
        Assert.Equal((CacheOutcome.Disabled, "the cache is switched off"), (Explain(Shop).Outcome, Explain(Shop).Reason));

        static CacheExplanation Explain(TestShop shop) => shop.OnHit(static db => db.Products.Remember().ExplainCache());
    }

    [Fact]
    public void A_load_that_is_asked_for_is_a_miss()
    {
        Shop.Count(static db => db.Products.Remember(Minute).ToList());

        var explained = Shop.OnHit(static db => db.Products.RememberFresh(Minute).ExplainCache());

        Assert.Equal(("RememberFresh", CacheOutcome.Miss, 100), (explained.RememberedBy, explained.Outcome, explained.Rows));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_terminal_operator_is_explained_by_itself(bool async)
    {
        var limit = 50;
        await Shop.CountAsync(db => Query(db).CountAsync());
        await Shop.CountAsync(db => Query(db).FirstAsync());
        Assert.Equal(CacheOutcome.Memory, await Outcome(db => async ? Query(db).ExplainCacheAsync(q => q.Count()) : Task.Run(() => Query(db).ExplainCache(q => q.Count()))));
        Assert.Equal(CacheOutcome.Memory, await Outcome(db => async ? Query(db).ExplainCacheAsync(q => q.First()) : Task.Run(() => Query(db).ExplainCache(q => q.First()))));
        Assert.Equal(CacheOutcome.Miss, await Outcome(db => Query(db).ExplainCacheAsync(q => q.Max(p => p.Price))));
        Assert.Equal(CacheOutcome.Miss, await Outcome(db => Query(db).ExplainCacheAsync(q => q.Any(p => p.Stock > limit))));
        Assert.Equal(CacheOutcome.Miss, await Outcome(db => Query(db).ExplainCacheAsync()));

        IQueryable<Product> Query(ShopContext db) => db.Products.Where(p => p.Id < limit).OrderBy(p => p.Id).Remember();

        async Task<CacheOutcome> Outcome(Func<ShopContext, Task<CacheExplanation>> explain)
        {
            await using var db = Shop.NewForbidden();
            return (await explain(db)).Outcome;
        }
    }

    [Fact]
    public async Task An_entity_is_explained_by_its_key()
    {
        await using var db = Shop.New();
        var cold = await db.Products.ExplainCacheAsync(42);
        Assert.Equal((CacheOutcome.Miss, "FindOrCache"), (cold.Outcome, cold.RememberedBy));
        Assert.Contains("Products[Id=#]", cold.Scopes.Select(scope => scope.Name));
        await db.Products.FindOrCacheAsync(42);
        Assert.Equal("the context tracks the entity", (await db.Products.ExplainCacheAsync(42)).Reason);

        var warm = Shop.OnHit(static other => other.Products.ExplainCache(42, new ExplainOptions { IncludeValues = true }));
        Assert.Equal((CacheOutcome.Memory, 1), (warm.Outcome, warm.Rows));
        Assert.Contains("Products[Id=42]", warm.Scopes.Select(scope => scope.Name));
        Assert.Throws<ArgumentException>(() => db.Products.ExplainCache("no key"));
    }

    [Fact]
    public void A_split_query_has_its_parts()
    {
        var query = static (ShopContext db) => db.Categories.Include(c => c.Products).AsSplitQuery().OrderBy(c => c.Id).Remember();
        Assert.Null(Assert.Single(Shop.OnHit(db => query(db).ExplainCache()).Parts).Rows);
        for (var i = 0; i < 2; i++)
        {
            Shop.Count(db => query(db).ToList());
        }

        var explained = Shop.OnHit(db => query(db).ExplainCache());
        var part = Assert.Single(explained.Parts);
        Assert.Equal((5, 100, 1L), (explained.Rows, part.Rows, part.Hits));
        Assert.Contains("JOIN", part.Sql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_captured_value_is_shown_unless_asked_for(bool includesValues)
    {
        using var db = Shop.NewForbidden();
        var (id, secret) = (987654, "s3cret-" + "tag");
        var ids = new[] { id, 987653 };
        var sql = $"SELECT * FROM \"Products\" WHERE \"Name\" = '{secret}'";
        var options = new ExplainOptions { IncludeValues = includesValues };
        CacheExplanation[] explained =
        [
            db.Products.Where(p => p.Id == EF.Constant(id)).Remember().ExplainCache(options),
            db.Products.Where(p => EF.Constant(ids).Contains(p.Id)).Remember().ExplainCache(options),
            db.Products.Where(p => p.Name == EF.Constant(secret)).Remember().ExplainCache(options),
            db.Products.FromSqlRaw(sql).Remember().ExplainCache(options),
            db.Products.TagWith(secret).Remember().ExplainCache(options),
        ];
        CacheExplanation[] never =
        [
            db.Products.Where(p => p.Id == id).Remember().ExplainCache(),
            db.Products.Where(p => ids.Contains(p.Id)).Remember().ExplainCache(),
            db.Products.Where(p => p.Name.StartsWith(secret)).Remember().ExplainCache(),
            db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Name\" = {secret}").Remember().ExplainCache(),
            db.Products.ExplainCache(id),
            db.Products.Skip(id).Take(id).Remember().ExplainCache(),
        ];

        Assert.All(explained, it => Assert.Equal(includesValues, Shows(it)));
        Assert.All(never, it => Assert.False(Shows(it)));

        bool Shows(CacheExplanation it)
            => (it + it.ToJson()) is var text
                && (text.Contains("987654", StringComparison.Ordinal) || text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void The_json_has_stable_names()
    {
        Shop.Count(static db => db.Products.Where(p => p.Id == 7).Remember(Minute, "shop").ToList());
        var json = Shop.OnHit(static db => db.Products.Where(p => p.Id == 7).Remember(Minute, "shop").ExplainCache()).ToJson();

        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(
            [
                "outcome", "rememberedBy", "key", "sql", "tables", "scopes", "tags", "general", "age", "timeLeft", "rows", "bytes", "hits", "parts",
                "consistency", "ttl", "tiers",
            ],
            document.RootElement.EnumerateObject().Select(static property => property.Name).Where(static name => name != "lastInvalidation"));
        Assert.Equal("memory", document.RootElement.GetProperty("outcome").GetString());
        Assert.Equal("00:01:00", document.RootElement.GetProperty("ttl").GetString());
        var tag = document.RootElement.GetProperty("tags")[0];
        Assert.Equal(["name", "current", "stored", "hasMoved"], tag.EnumerateObject().Select(static property => property.Name));
    }

    [Fact]
    public void The_text_is_aligned()
    {
        var text = Shop.OnHit(static db => db.Products.Remember(Minute, "shop").ExplainCache()).ToString();
        var lines = text.TrimEnd('\n').Split('\n');

        Assert.Equal("outcome       Miss: nothing is stored", lines[0]);
        Assert.All(lines, static line => Assert.True(line[13] == ' ' && line[14] != ' ' || line.StartsWith("              ", StringComparison.Ordinal), line));
        Assert.Contains(lines, static line => line.StartsWith("tags          shop (", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("sql           SELECT ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_context_that_does_not_know_the_cache_is_refused()
    {
        using var plain = Shop.NewPlain();
        Assert.Throws<InvalidOperationException>(() => plain.Products.ExplainCache());
        Assert.Throws<InvalidOperationException>(() => new[] { 1 }.AsQueryable().ExplainCache());
    }

    private void AssertCounted(string? reason)
        => Assert.Equal(reason is null ? [] : [reason], Shop.Cache.Statistics.Bypasses.Keys);

    private TestShop New(Action<FastOrmCacheContextOptions>? context = null)
        => new(options => options.TimeProvider = _time, context, provider);

    public void Dispose()
    {
        _shop?.Dispose();
        GC.SuppressFinalize(this);
    }
}
