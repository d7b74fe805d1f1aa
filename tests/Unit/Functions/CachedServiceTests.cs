using FastOrm.Cache.Tests.Unit.Values;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>Services whose marked methods are remembered.</summary>
public sealed class CachedServiceTests : IDisposable
{
    private readonly CacheLab _lab = new();

    public interface IReports
    {
        int Unmarked(int a);

        [Cached]
        int Count(int userId, string? region = null);

        [Cached(TtlSeconds = 60, Tags = ["user:{userId}", "reports"])]
        Task<int> TotalAsync(int userId, CancellationToken cancellationToken = default);

        [Cached(Namespace = "v1", Name = "average")]
        ValueTask<int> AverageAsync(int userId);

        [Cached]
        string Overloaded(int a);

        [Cached]
        string Overloaded(string a);

        bool TryFind(int id, out int found);

        T Same<T>(T value);
    }

    [Fact]
    public async Task Marked_methods_are_remembered_and_others_are_called()
    {
        var reports = Build<IReports, Reports>();

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(1, reports.Count(5));
            Assert.Equal(2, reports.Count(6));
            Assert.Equal(3, reports.Count(5, "eu"));
            Assert.Equal(4, await reports.TotalAsync(5));
            Assert.Equal(5, await reports.AverageAsync(5));
        }

        Assert.Equal((6, 7), (reports.Unmarked(5), reports.Unmarked(5)));
        Assert.True(reports.TryFind(5, out var found));
        Assert.Equal((8, "same"), (found, reports.Same("same")));
    }

    [Fact]
    public async Task Times_and_tags_of_the_cache_hold()
    {
        var reports = Build<IReports, Reports>();
        await reports.TotalAsync(5);
        await reports.TotalAsync(6);

        await _lab.Cache.FlushAsync("user:5");
        Assert.Equal((3, 2), (await reports.TotalAsync(5), await reports.TotalAsync(6)));
        _lab.Time.Advance(CacheLab.Minute);
        Assert.Equal(4, await reports.TotalAsync(6));
    }

    [Fact]
    public async Task Keys_can_be_read()
    {
        var keys = new List<string>();
        _lab.Cache.Events.Stored += (_, stored) => keys.Add(stored.Key);
        var reports = Build<IReports, Reports>();
        reports.Count(5, "eu");
        await reports.TotalAsync(5);
        await reports.AverageAsync(5);
        Assert.Equal(("number 1", "text 1"), (reports.Overloaded(1), reports.Overloaded("1")));

        const string Name = "FastOrm.Cache.Tests.Unit.Functions.CachedServiceTests.Reports";
        Assert.Equal(
            [
                $"{Name}.Count|5,eu", $"{Name}.TotalAsync|5|user:5,reports", "v1:average|5",
                $"{Name}.Overloaded(System.Int32)|1", $"{Name}.Overloaded(System.String)|1",
            ],
            keys);
    }

    [Fact]
    public async Task A_token_is_no_part_of_the_key_and_cancels_the_call()
    {
        var reports = Build<IReports, Reports>();
        using var cancel = new CancellationTokenSource();
        await reports.TotalAsync(5);

        Assert.Equal(1, await reports.TotalAsync(5, cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reports.TotalAsync(6, cancel.Token));
        Assert.Equal(1, _lab.Loads);
    }

    [Fact]
    public async Task Exceptions_come_through_as_they_were_thrown()
    {
        var reports = Build<IReports, Reports>();

        Assert.Throws<InvalidDataException>(() => reports.Count(-1));
        Assert.Throws<InvalidDataException>(() => reports.Unmarked(-1));
        await Assert.ThrowsAsync<InvalidDataException>(() => reports.TotalAsync(-1));
        await Assert.ThrowsAsync<InvalidDataException>(() => reports.AverageAsync(-1).AsTask());
    }

    [Fact]
    public void The_implementation_is_created_by_the_provider_for_its_lifetime()
    {
        var services = new ServiceCollection().AddSingleton(_lab).AddSingleton(_lab.Cache).AddCached<IReports, Reports>();
        using var provider = services.BuildServiceProvider(validateScopes: true);
        using var scope = provider.CreateScope();

        Assert.Same(scope.ServiceProvider.GetService<IReports>(), scope.ServiceProvider.GetService<IReports>());
        Assert.Throws<InvalidOperationException>(() => provider.GetService<IReports>());
        Assert.All(services.Where(static s => s.ServiceType != typeof(CacheLab) && s.ServiceType != typeof(ICache)),
            static service => Assert.Equal(ServiceLifetime.Scoped, service.Lifetime));
    }

    [Fact]
    public void A_cache_can_be_chosen_by_its_key_and_a_missing_one_is_an_error()
    {
        using var session = new CacheLab();
        var services = new ServiceCollection().AddSingleton(_lab).AddKeyedSingleton("session", session.Cache);
        using var provider = services.AddCached<IReports, Reports>(cacheName: "session").BuildServiceProvider();
        using var other = new ServiceCollection().AddSingleton(_lab).AddCached<IReports, Reports>().BuildServiceProvider();

        provider.GetRequiredService<IReports>().Count(5);
        Assert.Equal(1, session.Cache.Statistics.Stores);
        var error = Assert.Throws<InvalidOperationException>(() => other.GetService<IReports>());
        Assert.Contains("AddFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_object_is_no_part_of_the_key_unless_something_tells_it_from_others()
    {
        Assert.Equal(Build<IReports, Reports>().Count(5), Build<IReports, Reports>().Count(5));

        var tenant = 0;
        using var provider = new ServiceCollection().AddSingleton(_lab).AddSingleton(_lab.Cache)
            .AddCached<IReports, Reports>(ServiceLifetime.Transient, instance: _ => ++tenant).BuildServiceProvider();
        Assert.Equal(2, provider.GetRequiredService<IReports>().Count(5));
        Assert.Equal(3, provider.GetRequiredService<IReports>().Count(5));
    }

    [Fact]
    public void Methods_that_are_inherited_or_explicit_are_remembered_too()
    {
        var both = Build<IBoth, Both>();

        Assert.Equal((1, 1), (both.Get(5), both.Get(5)));
        Assert.Equal((2, 2), (both.Other(5), both.Other(5)));
    }

    public void Dispose() => _lab.Dispose();

    private TService Build<TService, TImplementation>()
        where TService : class
        where TImplementation : class, TService
        => new ServiceCollection().AddSingleton(_lab).AddSingleton(_lab.Cache)
            .AddCached<TService, TImplementation>(ServiceLifetime.Singleton)
            .BuildServiceProvider()
            .GetRequiredService<TService>();

    internal interface IOne
    {
        [Cached]
        int Get(int a);
    }

    internal interface IBoth : IOne
    {
        [Cached]
        int Other(int a);
    }

    private sealed class Both(CacheLab lab) : IBoth
    {
        public int Other(int a) => lab.Load();

        int IOne.Get(int a) => lab.Load();
    }

    private sealed class Reports(CacheLab lab) : IReports
    {
        public int Unmarked(int a) => Load(a);

        public int Count(int userId, string? region = null) => Load(userId);

        public async Task<int> TotalAsync(int userId, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            return Load(userId);
        }

        public async ValueTask<int> AverageAsync(int userId)
        {
            await Task.Yield();
            return Load(userId);
        }

        public string Overloaded(int a) => $"number {a}";

        public string Overloaded(string a) => $"text {a}";

        public bool TryFind(int id, out int found)
        {
            found = Load(id);
            return true;
        }

        public T Same<T>(T value) => value;

        private int Load(int id) => id < 0 ? throw new InvalidDataException() : lab.Load();
    }
}
