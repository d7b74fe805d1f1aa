using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Entities are found without a context where the application has registered a factory of one.</summary>
public sealed class RentedContextTests : IDisposable
{
    private readonly Members _members = new();
    private readonly ServiceProvider _services;

    public RentedContextTests()
    {
        _services = _members.AddTo(new ServiceCollection()).AddCacheableEntities<MembersContext>().BuildServiceProvider();
    }

    [Fact]
    public async Task What_was_found_needs_no_database_and_is_not_tracked()
    {
        _services.UseCacheableEntities();
        Assert.Equal(1, await CommandsOfAsync(static () => User.FindOrCacheAsync(1).AsTask()));
        Assert.Equal(0, await CommandsOfAsync(static () => User.FindOrCacheAsync(1).AsTask()));
        Assert.Equal("user 1", (await User.FindCachedAsync(1))!.Name);
        Assert.Null(await User.FindCachedAsync(2));
        Assert.NotSame(await User.FindOrCacheAsync(1), await User.FindOrCacheAsync(1));
        Assert.Equal(1, await CommandsOfAsync(static () => User.FindManyOrCacheAsync([2, 1, 3]).AsTask()));
        Assert.Equal([2, 1, 3], (await User.FindManyOrCacheAsync([2, 1, 3])).Select(static user => user.Id));
    }

    [Fact]
    public async Task Nothing_is_tracked_on_the_way()
    {
        var seen = new TrackingSeen();
        await using var services = _members.AddTo(new ServiceCollection())
            .ConfigureDbContext<MembersContext>(options => options.AddInterceptors(seen))
            .AddCacheableEntities<MembersContext>()
            .BuildServiceProvider();
        services.UseCacheableEntities();
        await User.FindOrCacheAsync(1);
        await User.FindManyOrCacheAsync([1, 2]);
        await User.RememberAsync("some", static users => users.Where(static user => user.Id == 1));
        Assert.Equal(Enumerable.Repeat<QueryTrackingBehavior?>(QueryTrackingBehavior.NoTracking, 4), seen.All);
    }

    [Fact]
    public async Task It_shares_its_entries_with_calls_that_name_a_context()
    {
        _services.UseCacheableEntities();
        await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 3).AsTask());
        Assert.Equal(0, await CommandsOfAsync(static () => User.FindOrCacheAsync(3).AsTask()));
    }

    [Fact]
    public async Task The_context_is_given_back_as_it_was()
    {
        _services.UseCacheableEntities();
        var pool = _services.GetRequiredService<IDbContextFactory<MembersContext>>();
        await User.FindOrCacheAsync(1);
        var first = await pool.CreateDbContextAsync();
        await first.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(static () => User.FindOrCacheAsync("no key").AsTask());

        await using var db = await pool.CreateDbContextAsync();
        Assert.Same(first, db);
        Assert.Equal(QueryTrackingBehavior.TrackAll, db.ChangeTracker.QueryTrackingBehavior);
        Assert.Empty(db.ChangeTracker.Entries());
    }

    [Fact]
    public async Task Queries_are_remembered_and_forgotten()
    {
        _services.UseCacheableEntities();
        Assert.Equal(2, await FillAsync());
        Assert.Equal(0, await FillAsync());
        await User.ForgetNamedAsync("active");
        Assert.Equal(1, await FillAsync());
        await User.FlushCacheAsync("counts");
        Assert.Equal(1, await FillAsync());
        await User.FlushCacheAsync();
        Assert.Equal(2, await FillAsync());

        async Task<int> FillAsync()
            => await CommandsOfAsync(static async () => Assert.Equal(
                    10, (await User.RememberAsync("active", static users => users.Where(static user => user.Status == "active"))).Count))
                + await CommandsOfAsync(static async () => Assert.Equal(
                    20, await User.CacheForAsync(TimeSpan.FromHours(1), static users => users.CountAsync(), "counts")));
    }

    [Fact]
    public async Task Keys_and_instances_are_forgotten()
    {
        _services.UseCacheableEntities();
        var user = (await User.FindOrCacheAsync(1))!;
        await User.ForgetCacheAsync(1);
        Assert.Null(await User.FindCachedAsync(1));
        Assert.True(await user.CacheInstanceAsync());
        Assert.Equal(0, await CommandsOfAsync(static () => User.FindOrCacheAsync(1).AsTask()));
        await user.ForgetInstanceCacheAsync();
        Assert.Null(await User.FindCachedAsync(1));
    }

    [Fact]
    public async Task Several_service_providers_have_each_their_own_in_their_flows()
    {
        using var others = new Members();
        await using var otherServices = others.AddTo(new ServiceCollection()).AddCacheableEntities<MembersContext>().BuildServiceProvider();
        _services.UseCacheableEntities();
        var ours = Task.Run(Read(_services, _members));
        var theirs = Task.Run(Read(otherServices, others));
        Assert.Equal((1, 1), (await ours, await theirs));

        static Func<Task<int>> Read(ServiceProvider services, Members members) => async () =>
        {
            services.UseCacheableEntities();
            var before = members.Sql.Count;
            await User.FindOrCacheAsync(1);
            return members.Sql.Count - before;
        };
    }

    [Fact]
    public async Task The_context_is_given_back_when_the_call_fails()
    {
        _services.UseCacheableEntities();
        DbContext? rented = null;
        await Assert.ThrowsAsync<TimeoutException>(() => User.RememberAsync<User>("none", users =>
        {
            rented = ((DbSet<User>)users).GetService<ICurrentDbContext>().Context;
            throw new TimeoutException();
        }));

        Assert.Throws<ObjectDisposedException>(() => rented!.Model);
    }

    [Fact]
    public async Task A_call_is_cancelled_before_it_begins()
    {
        _services.UseCacheableEntities();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            static () => User.FindOrCacheAsync(1, cancellationToken: new CancellationToken(canceled: true)).AsTask());
    }

    public void Dispose()
    {
        _services.Dispose();
        _members.Dispose();
    }

    private sealed class TrackingSeen : IMaterializationInterceptor
    {
        public List<QueryTrackingBehavior?> All { get; } = [];

        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            All.Add(materializationData.QueryTrackingBehavior);
            return entity;
        }
    }

    private async Task<int> CommandsOfAsync(Func<Task> run)
    {
        var before = _members.Sql.Count;
        await run();
        return _members.Sql.Count - before;
    }
}
