using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_lease_has_one_holder_until_it_is_given_back()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();

        Assert.True(await tier.TryLeaseAsync("a", "one", Minute, None));
        Assert.False(await other.TryLeaseAsync("a", "two", Minute, None));
        Assert.False(await tier.TryLeaseAsync("a", "one", Minute, None));
        Assert.True(await other.TryLeaseAsync("b", "two", Minute, None));
        await tier.ReleaseAsync("a", "one", None);

        Assert.True(await other.TryLeaseAsync("a", "two", Minute, None));
    }

    [Fact]
    public async Task Only_its_holder_gives_a_lease_back()
    {
        await using var tier = await OpenAsync();
        await tier.TryLeaseAsync("a", "one", Minute, None);

        await tier.ReleaseAsync("a", "two", None);
        await tier.ReleaseAsync("b", "one", None);

        Assert.False(await tier.TryLeaseAsync("a", "three", Minute, None));
    }

    [Fact]
    public async Task A_lease_ends_with_its_time_and_its_old_holder_does_not_give_back_the_new_one()
    {
        await using var tier = await OpenAsync();
        await tier.TryLeaseAsync("a", "one", TimeSpan.FromMilliseconds(50), None);
        await ElapseAsync(TimeSpan.FromMilliseconds(60));

        Assert.True(await tier.TryLeaseAsync("a", "two", Minute, None));
        await tier.ReleaseAsync("a", "one", None);

        Assert.False(await tier.TryLeaseAsync("a", "three", Minute, None));
    }

    [Fact]
    public async Task Of_many_who_want_a_lease_one_gets_it()
    {
        var tiers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync().AsTask()));

        var taken = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => Task.Run(() => tiers[i % 4].TryLeaseAsync("a", $"holder {i}", Minute, None).AsTask())));

        Assert.Single(taken, static isMine => isMine);
        await DisposeAsync(tiers);
    }

    [Fact]
    public async Task A_lease_is_no_entry_and_an_entry_no_lease()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([Entry("a", "A"), Entry("lease:a", "L")], None);

        Assert.True(await tier.TryLeaseAsync("a", "one", Minute, None));
        await tier.ReleaseAsync("a", "one", None);

        Same(["A", "L"], await TextsAsync(tier, "a", "lease:a"));
    }
}
