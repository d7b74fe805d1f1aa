using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    public static TheoryData<string> Calls => ["read", "change", "store", "prolong", "lease", "release", "listen"];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Whoever_has_given_up_waits_for_nothing_and_others_go_on(string call)
    {
        await using var tier = await OpenAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(tier, call, cancelled));

        await CallAsync(tier, call, None);
        await tier.StoreAsync([Entry("a", "A")], None);
        Same(["A"], await TextsAsync(tier, "a"));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_tier_that_is_disposed_of_says_so(string call)
    {
        var tier = await OpenAsync();
        await CallAsync(tier, call, None);
        await tier.DisposeAsync();
        await tier.DisposeAsync();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => CallAsync(tier, call, None));
    }

    private static Task CallAsync(IRemoteCacheTier tier, string call, CancellationToken cancellationToken) => call switch
    {
        "read" => tier.ReadAsync(new[] { 1 }, ["a"], cancellationToken).AsTask(),
        "change" => tier.ChangeAsync(Change([1]), cancellationToken).AsTask(),
        "store" => tier.StoreAsync([Entry("b", "B")], cancellationToken).AsTask(),
        "prolong" => tier.ProlongAsync("b", Minute, cancellationToken).AsTask(),
        "lease" => tier.TryLeaseAsync("b", "me", Minute, cancellationToken).AsTask(),
        "release" => tier.ReleaseAsync("b", "me", cancellationToken).AsTask(),
        _ => tier.ListenAsync(static _ => { }, static () => { }, cancellationToken).AsTask(),
    };
}
