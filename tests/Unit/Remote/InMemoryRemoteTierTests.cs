using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Remote;

public sealed class InMemoryRemoteTierTests : RemoteTierConformance
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;

    public InMemoryRemoteTierTests() => _store = new InMemoryRemoteStore(_time);

    protected override ValueTask<IRemoteCacheTier> OpenAsync() => new(new InMemoryRemoteTier(_store));

    protected override Task ElapseAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_store_that_restarts_has_another_era_and_nothing_of_the_old_one()
    {
        var tier = new InMemoryRemoteTier(_store);
        await tier.StoreAsync([new RemoteEntry("a", new byte[1], null)], default);
        var before = await tier.ReadAsync(new[] { 1 }, ["a"], default);

        _store.Restart();
        var after = await tier.ReadAsync(new[] { 1 }, ["a"], default);

        Assert.NotEqual(before!.Position.Era, after!.Position.Era);
        Assert.Equal(0, after.Stamps[0]);
        Assert.Null(after.Entries[0]);
    }
}
