using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary><c>CacheAllQueries</c>: all queries of a context without a mark, except those that a rule excludes.</summary>
public sealed class CacheAllQueriesTests : IDisposable
{
    private static readonly Dictionary<string, Func<LedgerContext, object>> Queries = new(StringComparer.Ordinal)
    {
        ["accounts"] = static db => db.Accounts.Count(),
        ["accounts' owners"] = static db => db.Accounts.Include(a => a.Owner).First(a => a.Id == 1).Owner!.Name,
        ["savings"] = static db => db.Set<Savings>().Count(),
        ["owners"] = static db => db.Owners.OrderBy(o => o.Id).First().Home.Street,
        ["owners' notes"] = static db => db.Owners.Include(o => o.Notes).First(o => o.Id == 1).Notes.Count,
        ["labels"] = static db => db.Accounts.Include(a => a.Labels).First(a => a.Id == 1).Labels.Count,
        ["rates"] = static db => db.Set<Rate>().Count(),
        ["totals"] = static db => db.Set<Total>().Count(),
        ["sums"] = static db => db.Set<Sum>().Count(),
        ["sql"] = static db => db.Accounts.FromSqlRaw("SELECT * FROM Accounts").Count(),
        ["tagged"] = static db => db.Owners.TagWith("always fresh").Count(),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly TestDatabase<LedgerContext> _database;

    public CacheAllQueriesTests() => _database = new(static options => new LedgerContext(options), LedgerContext.Seed, o => o.TimeProvider = _time);

    [Fact]
    public void All_queries_are_remembered_of_which_is_known_what_they_read()
        => AssertRemembered(null, "accounts", "accounts' owners", "savings", "owners", "owners' notes", "labels", "totals", "tagged");

    [Fact]
    public void None_without_it() => AssertRemembered(static _ => { }, [], all: false);

    [Fact]
    public void Types_can_be_excluded_with_all_that_derive_from_them()
    {
        AssertRemembered(static rules => rules.Exclude<Owner>(), "accounts", "savings", "labels", "totals");
        AssertRemembered(static rules => rules.Exclude<Account>(), "owners", "owners' notes", "totals", "tagged");
        AssertRemembered(static rules => rules.Exclude<IMoney>(), "owners", "owners' notes", "totals", "tagged");
    }

    [Fact]
    public void An_owned_type_can_be_excluded_with_all_that_owns_it()
        => AssertRemembered(static rules => rules.Exclude<Home>(), "accounts", "savings", "labels", "totals");

    [Fact]
    public void What_reads_a_base_type_reads_the_excluded_derived_one_too()
        => AssertRemembered(static rules => rules.Exclude<Savings>(), "owners", "owners' notes", "totals", "tagged");

    [Fact]
    public void Tables_can_be_excluded()
    {
        AssertRemembered(static rules => rules.ExcludeTables("main.ACCOUNTS"), "owners", "owners' notes", "tagged");
        AssertRemembered(
            static rules => rules.ExcludeTables("Notes", "AccountLabel"), "accounts", "accounts' owners", "savings", "owners", "totals", "tagged");
    }

    [Fact]
    public void With_included_types_only_what_reads_nothing_else_is_remembered()
    {
        AssertRemembered(static rules => rules.Include<Owner>(), "owners", "tagged");
        AssertRemembered(static rules => rules.Include<Owner>().Include<Note>(), "owners", "owners' notes", "tagged");
        AssertRemembered(static rules => rules.Include<Savings>(), "savings");
        AssertRemembered(static rules => rules.Include<IMoney>(), "accounts", "savings");
        AssertRemembered(static rules => rules.Include<Account>().Include<Label>(), "accounts", "savings", "labels");
        AssertRemembered(static rules => rules.Include<Total>(), "totals");
    }

    [Fact]
    public void With_included_tables_only_what_reads_nothing_else_is_remembered()
    {
        AssertRemembered(static rules => rules.IncludeTables("accounts"), "accounts", "savings");
        AssertRemembered(static rules => rules.IncludeTables("owners"));
        AssertRemembered(static rules => rules.IncludeTables("owners", "homes"), "owners", "tagged");
        AssertRemembered(static rules => rules.IncludeTables("accounts").Include<Owner>(), "accounts", "accounts' owners", "savings", "owners", "tagged");
    }

    [Fact]
    public void Exclusions_count_before_inclusions()
        => AssertRemembered(static rules => rules.Include<Account>().Include<Owner>().Exclude<Owner>(), "accounts", "savings");

    [Fact]
    public void A_predicate_decides_by_tags_tables_and_types()
    {
        AssertRemembered(static rules => rules.When(static q => q.Tags.Contains("always fresh")), "tagged");
        AssertRemembered(static rules => rules.When(static q => q.Tables.Contains("notes")), "owners' notes");
        AssertRemembered(static rules => rules.When(static q => q.EntityTypes.Contains(typeof(Savings))).When(IsNotOfOwners), "accounts", "savings", "labels");

        static bool IsNotOfOwners(QueryInfo query) => !query.EntityTypes.Contains(typeof(Owner));
    }

    [Fact]
    public void A_predicate_is_asked_once_for_a_shape()
    {
        Asked.Clear();
        var options = Options(static rules => rules.When(Ask));
        for (var id = 1; id <= 3; id++)
        {
            using var db = new LedgerContext(options);
            Assert.Equal(1, db.Accounts.Count(a => a.Id == id));
        }

        Assert.Equal([nameof(Account), nameof(Savings)], Assert.Single(Asked).EntityTypes.Select(static type => type.Name).Order());

        static bool Ask(QueryInfo query)
        {
            Asked.Add(query);
            return true;
        }
    }

    [Fact]
    public void A_predicate_must_not_use_variables_from_outside()
    {
        var table = "notes";
        Assert.Contains("static", Refusal(rules => rules.When(q => q.Tables.Contains(table))), StringComparison.Ordinal);
        Assert.Contains("static", Refusal(rules => rules.When(q => q.Tables.Count == Queries.Count && _time is not null)), StringComparison.Ordinal);

        Assert.Contains("static", Refusal(rules => rules.When(HasClock)), StringComparison.Ordinal);

        static string Refusal(Action<QueryRules> rules)
            => Assert.Throws<ArgumentException>("predicate", () => new FastOrmCacheContextOptions().CacheAllQueries(Proof.Minute, rules)).Message;
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var options = new FastOrmCacheContextOptions();
        Assert.Throws<ArgumentOutOfRangeException>("ttl", () => options.CacheAllQueries(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("ttl", () => options.CacheAllQueries(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentException>("tables", () => options.CacheAllQueries(Proof.Minute, static rules => rules.IncludeTables(" ")));
        Assert.Throws<ArgumentException>("tables", () => options.CacheAllQueries(Proof.Minute, static rules => rules.ExcludeTables("")));
        Assert.Throws<ArgumentNullException>(() => options.CacheAllQueries(Proof.Minute, static rules => rules.When(null!)));
    }

    [Fact]
    public void The_time_is_that_of_the_rules_or_a_shorter_one_of_the_types()
    {
        var options = Options(null, TimeSpan.FromMinutes(4));
        Assert.Equal((1, 1), Both());
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal((0, 1), Both());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 0), Both());

        (int Owners, int Labels) Both()
            => (Commands(options, static db => db.Owners.Count()), Commands(options, static db => db.Set<Label>().Count()));
    }

    [Fact]
    public void A_time_may_be_infinite()
    {
        var options = Options(null, Timeout.InfiniteTimeSpan);
        Commands(options, static db => db.Owners.Count());
        _time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(0, Commands(options, static db => db.Owners.Count()));
    }

    [Fact]
    public async Task The_tags_are_those_of_the_types()
    {
        var options = Options(null);
        Commands(options, Queries["labels"]);
        await _database.Cache.FlushAsync("labels");

        Assert.Equal(1, Commands(options, Queries["labels"]));
    }

    [Fact]
    public void DontRemember_and_Remember_count_before_the_rules()
    {
        var options = Options(static rules => rules.Exclude<Note>());
        Assert.Equal([1, 1], Twice(options, static db => db.Owners.DontRemember().Count()));
        Assert.Equal([1, 0], Twice(options, static db => db.Set<Note>().Remember(Proof.Minute).Count()));
    }

    [Fact]
    public void What_was_decided_for_a_context_holds_for_no_other()
    {
        var (without, owners, accounts) = (_database.Options, Options(static r => r.Include<Owner>()), Options(static r => r.Include<Account>()));
        foreach (var round in new[] { 1, 0 })
        {
            Assert.Equal(1, Commands(without, Queries["owners"]));
            Assert.Equal(round, Commands(owners, Queries["owners"]));
            Assert.Equal(1, Commands(accounts, Queries["owners"]));
            Assert.Equal(round, Commands(accounts, Queries["accounts"]));
            Assert.Equal(1, Commands(owners, Queries["accounts"]));
        }
    }

    [Fact]
    public void A_compiled_query_holds_no_decision_of_another_context()
    {
        var model = new LedgerContext(_database.Options).Model; // Given to both, so that EF Core lets them share the delegate.
        var without = Builder(static o => { }).UseModel(model).Options;
        var all = Builder(static o => o.CacheAllQueries(Proof.Minute)).UseModel(model).Options;
        var query = EF.CompileQuery((LedgerContext db) => db.Owners.Count());
        Assert.Equal([1, 0], Twice(all, db => query(db)));
        Assert.Equal([1, 1], Twice(without, db => query(db)));
        Assert.Equal(0, Commands(all, db => query(db)));
    }

    [Fact]
    public void Contexts_that_share_the_memory_of_EF_Core_share_no_decision_to_remember()
    {
        using var memory = new Microsoft.Extensions.Caching.Memory.MemoryCache(new Microsoft.Extensions.Caching.Memory.MemoryCacheOptions());
        var all = Builder(static o => o.CacheAllQueries(Proof.Minute)).UseMemoryCache(memory).Options;
        var excluding = Builder(static o => o.CacheAllQueries(Proof.Minute, static rules => rules.Exclude<Owner>())).UseMemoryCache(memory).Options;

        Assert.Equal([1, 0], Twice(all, Queries["owners"]));
        Assert.Equal([1, 1], Twice(excluding, Queries["owners"]));
    }

    [Fact]
    public void Rules_that_say_the_same_share_what_EF_Core_has_compiled()
    {
        var compilations = new CompilationCounter();
        foreach (var _ in new[] { 1, 2, 3 })
        {
            using var db = new LedgerContext(Builder(static o => o.CacheAllQueries(Proof.Minute, static rules => rules
                .Exclude<Note>().ExcludeTables("x").When(static q => q.Tags.Count == 0).When(HasTables).When(new Untagged().Is))).AddInterceptors(compilations).Options);
            Assert.Equal(2, db.Owners.Count());
        }

        Assert.Equal(1, compilations.Count);

        static bool HasTables(QueryInfo query) => query.Tables.Count > 0;
    }

    [Fact]
    public void EF_Core_is_told_by_which_rules_its_service_providers_differ()
    {
        Assert.Equal(Info(static rules => rules.Exclude<Note>()), Info(static rules => rules.Exclude<Note>()));
        Assert.NotEqual(Info(static rules => rules.Exclude<Note>()), Info(static rules => rules.Exclude<Owner>()));

        string Info(Action<QueryRules> rules)
        {
            var said = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var extension in Options(rules).Extensions)
            {
                extension.Info.PopulateDebugInfo(said);
            }

            return said["FastOrm.Cache:CacheAllQueries"];
        }
    }

    [Fact]
    public void A_context_that_does_not_know_us_is_left_alone()
    {
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        Microsoft.Extensions.DependencyInjection.SqliteServiceCollectionExtensions.AddEntityFrameworkSqlite(services).AddEntityFrameworkFastOrmCache();
        using var provider = Microsoft.Extensions.DependencyInjection.ServiceCollectionContainerBuilderExtensions.BuildServiceProvider(services);
        var all = Builder(static o => o.CacheAllQueries(Proof.Minute)).UseInternalServiceProvider(provider).Options;
        var unknown = _database.ConfigurePlain().AddInterceptors(_database.Sql).UseInternalServiceProvider(provider).Options;

        Assert.Equal([1, 0], Twice(all, static db => db.Owners.Count()));
        Assert.Equal([1, 1], Twice(unknown, static db => db.Owners.Count()));
    }

    [Fact]
    public void What_cannot_be_remembered_though_the_rules_say_so_is_said_once()
    {
        using var log = new LogCapture();
        var options = Builder(static o => o.CacheAllQueries(Proof.Minute, static rules => rules.Exclude<Note>())).UseLoggerFactory(log).Options;
        foreach (var _ in new[] { 1, 2 })
        {
            Commands(options, Queries["sums"]);
            Commands(options, Queries["sql"]);
            Commands(options, Queries["rates"]);
            Commands(options, Queries["owners' notes"]);
            Commands(options, Queries["owners"]);
        }

        Assert.Contains("a view or a function", Assert.Single(log.Of(FastOrmCacheEventId.PolicyRefused)), StringComparison.Ordinal);
        Assert.Empty(log.OfFastOrm);
    }

    public void Dispose() => _database.Dispose();

    private static List<QueryInfo> Asked { get; } = [];

    private sealed class Untagged
    {
        public bool Is(QueryInfo query) => query.Tags.Count == 0;
    }

    private void AssertRemembered(Action<QueryRules>? rules, params string[] expected) => AssertRemembered(rules, expected, all: true);

    private void AssertRemembered(Action<QueryRules>? rules, string[] expected, bool all)
    {
        var options = all ? Options(rules) : _database.Options;
        _database.Cache.Clear();
        Assert.Equal(expected, Queries.Where(query => Twice(options, query.Value) is [1, 0]).Select(static query => query.Key));
    }

    private bool HasClock(QueryInfo query) => query.Tags.Count == 0 && _time is not null;

    private int[] Twice(DbContextOptions options, Func<LedgerContext, object> query) => [Commands(options, query), Commands(options, query)];

    private int[] Twice(DbContextOptions options, Func<LedgerContext, int> query) => [Commands(options, query), Commands(options, query)];

    private int Commands<T>(DbContextOptions options, Func<LedgerContext, T> query)
    {
        using var db = new LedgerContext(options);
        var before = _database.Sql.Count;
        query(db);
        return _database.Sql.Count - before;
    }

    private DbContextOptions Options(Action<QueryRules>? rules, TimeSpan? ttl = null)
        => Builder(o => o.CacheAllQueries(ttl ?? TimeSpan.FromMinutes(10), rules)).Options;

    private DbContextOptionsBuilder Builder(Action<FastOrmCacheContextOptions> configure)
        => _database.ConfigurePlain().AddInterceptors(_database.Sql).UseFastOrmCache(_database.Cache, configure);
}
