using FastOrm.Cache.Tests.Unit.Values;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>The samples of the libraries whose decorators these functions take after, as they are written here.</summary>
public sealed class SeedSampleTests : IDisposable
{
    private readonly CacheLab _lab = new();

    private ICache Cache => _lab.Cache;

    // Tache: @cache.cached() def add(a, b); add.invalidate(5, 6)
    [Fact]
    public async Task Tache_cached()
    {
        var add = Cache.Function((int a, int b) => a + b + (_lab.Load() * 100));

        var result1 = add.Invoke(5, 6);
        Assert.Equal(result1, add.Invoke(5, 6));
        await add.InvalidateAsync(5, 6);
        Assert.NotEqual(result1, add.Invoke(5, 6));
    }

    // Tache: @cache.cached(tags=["a:{0}"]); add.invalidate_tag("a:5")
    [Fact]
    public async Task Tache_tags()
    {
        var add = Cache.Function((int a, int b) => a + b + (_lab.Load() * 100), static o => o.Tags("a:{0}"));

        var result1 = add.Invoke(5, 6);
        var result2 = add.Invoke(5, 7);
        await add.InvalidateTagAsync("a:5");
        Assert.NotEqual(result1, add.Invoke(5, 6));
        Assert.NotEqual(result2, add.Invoke(5, 7));
    }

    // Tache: a.add.refresh(5, 6)
    [Fact]
    public void Tache_refresh()
    {
        var a = new Adder(Cache);

        Assert.Equal((12, 1), (a.Add.Invoke(5, 6), a.Extra));
        Assert.Equal((13, 2), (a.Add.Refresh(5, 6), a.Extra));
        Assert.Equal((13, 2), (a.Add.Invoke(5, 6), a.Extra));
    }

    // Tache: @cache.batch() def get_comments(*comment_ids); get_comments.invalidate(3, 4, 5)
    [Fact]
    public void Tache_batch()
    {
        var asked = new List<int[]>();
        var comments = Cache.Batch<int, string>(ids =>
        {
            asked.Add([.. ids]);
            return ids.ToDictionary(static id => id, static id => $"comment {id}");
        });

        comments.Invoke(1, 2, 3, 4, 5);
        Assert.Equal([2, 3, 4, 5, 6], comments.Invoke(2, 3, 4, 5, 6).Keys.Order());
        comments.Invalidate(3, 4, 5);
        comments.Invoke(2, 3, 4, 5, 6);
        Assert.Equal([[1, 2, 3, 4, 5], [6], [3, 4, 5]], asked);
    }

    // Tache: @cache.cached() @classmethod def add(cls, a, b)
    [Fact]
    public void Tache_methods_of_classes()
    {
        var add = Cache.Function<int, int, int>(Adder.Sum);

        Assert.Equal(11, add.Invoke(5, 6));
        Assert.Equal("FastOrm.Cache.Tests.Unit.Functions.SeedSampleTests.Adder.Sum|5,6", add.KeyFor(5, 6));
    }

    // Tache: @cache.cache(namespace="v1")
    [Fact]
    public void Tache_namespace()
    {
        var v1 = Cache.Function<int, int, int>(Adder.Sum, static o => o.Namespace = "v1");
        var v2 = Cache.Function<int, int, int>(Adder.Sum, static o => o.Namespace = "v2");

        Assert.StartsWith("v1:", v1.KeyFor(5, 6), StringComparison.Ordinal);
        v1.Invoke(5, 6);
        Assert.False(Cache.TryGet<int>(v2.KeyFor(5, 6)).IsCached);
    }

    // Tache caches nulls by default, so that asking for what there is not does not reach the source each time.
    [Fact]
    public void Tache_null()
    {
        var find = Cache.Function((int id) => _lab.Load() > 0 ? null : "never");

        Assert.Equal((null, null, 1), (find.Invoke(5), find.Invoke(5), _lab.Loads));
    }

    // aury-boot: @cache.cached(expire=60, key_prefix="user_profile") async def get_user_profile(user_id: str)
    [Fact]
    public async Task Aury_cached()
    {
        var getUserProfile = Cache.Function(
            (string userId) => Task.FromResult($"{userId} {_lab.Load()}"),
            static o => (o.Ttl, o.Name) = (TimeSpan.FromSeconds(60), "user_profile"));

        Assert.Equal(("u1 1", "u1 1"), (await getUserProfile.InvokeAsync("u1"), await getUserProfile.InvokeAsync("u1")));
        Assert.Equal("user_profile|u1", getUserProfile.KeyFor("u1"));
        _lab.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("u1 2", await getUserProfile.InvokeAsync("u1"));
    }

    // FastORM: @cache_query(ttl=3600, tags={'calculations'}) async def complex_calculation(x: int, y: int) -> dict
    [Fact]
    public async Task FastOrm_cache_query()
    {
        var calculation = Cache.Function(
            (int x, int y) => Task.FromResult(new Dictionary<string, int> { ["result"] = x + y, ["run"] = _lab.Load() }),
            static o =>
            {
                o.Ttl = TimeSpan.FromSeconds(3600);
                o.CacheTags("calculations");
            });

        Assert.Equal(7, (await calculation.InvokeAsync(3, 4))["result"]);
        Assert.Equal(1, (await calculation.InvokeAsync(3, 4))["run"]);
        await Cache.FlushAsync("calculations");
        Assert.Equal(2, (await calculation.InvokeAsync(3, 4))["run"]);
    }

    // FastORM: @cache_query(ttl=1800, tags={'reports'}) async def generate_user_report(user_id: int)
    [Fact]
    public async Task FastOrm_cache_query_of_reports()
    {
        var report = Cache.Function(
            async (int userId, CancellationToken token) =>
            {
                await Task.Yield();
                return $"report {userId} {_lab.Load()}";
            },
            static o => o.Entry = new CacheEntryOptions { Ttl = TimeSpan.FromSeconds(1800), Tags = ["reports"] });

        Assert.Equal(("report 7 1", "report 7 1"), (await report.InvokeAsync(7), await report.InvokeAsync(7)));
        await Cache.FlushAsync("reports");
        Assert.Equal("report 7 2", await report.InvokeAsync(7));
    }

    // FastORM: @cache_method(ttl=600) async def get_user_profile(self, user_id: int)
    [Fact]
    public async Task FastOrm_cache_method()
    {
        var users = new Users(Cache);

        Assert.Equal("profile 7", await users.Profile.InvokeAsync(7));
        Assert.Equal("profile 7", await users.Profile.InvokeAsync(7));
        Assert.Equal(1, users.Fetched);
        _lab.Time.Advance(TimeSpan.FromSeconds(600));
        await users.Profile.InvokeAsync(7);
        Assert.Equal(2, users.Fetched);
    }

    public void Dispose() => _lab.Dispose();

    private sealed class Adder
    {
        public Adder(ICache cache) => Add = cache.Function((int a, int b) => a + b + ++Extra);

        public int Extra { get; private set; }

        public CachedFunction<(int A, int B), int> Add { get; }

        public static int Sum(int a, int b) => a + b;
    }

    private sealed class Users
    {
        public Users(ICache cache)
            => Profile = cache.Function<int, string>(FetchProfileAsync, static o => o.Ttl = TimeSpan.FromSeconds(600));

        public int Fetched { get; private set; }

        public CachedAsyncFunction<int, string> Profile { get; }

        private Task<string> FetchProfileAsync(int userId)
        {
            Fetched++;
            return Task.FromResult($"profile {userId}");
        }
    }
}
