using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Values that are served after their time is over, and never after they were invalidated.</summary>
public sealed class StaleTests : IDisposable
{
    private static readonly CacheEntryOptions WhileLoading = new() { Ttl = Minute, StaleFor = Minute };
    private static readonly CacheEntryOptions IfError = new() { Ttl = Minute, StaleIfError = Minute };

    private readonly CacheLab _lab = new();

    [Fact]
    public async Task While_one_caller_loads_the_others_get_the_stale_value_at_once()
    {
        await _lab.Remember("k", WhileLoading);
        _lab.Time.Advance(Minute);
        var gate = new TaskCompletionSource<int>();
        var leader = _lab.Cache.RememberAsync("k", WhileLoading, _ => gate.Task);

        var other = _lab.Remember("k", WhileLoading);
        Assert.True(other.IsCompletedSuccessfully);
        Assert.Equal(1, await other);
        gate.SetResult(9);
        Assert.Equal(9, await leader);
        Assert.Equal(9, await _lab.Remember("k", WhileLoading));
        Assert.Equal(1, _lab.Cache.Statistics.StaleHits);
    }

    [Fact]
    public async Task After_that_they_wait()
    {
        await _lab.Remember("k", WhileLoading);
        _lab.Time.Advance(Minute * 2);
        var gate = new TaskCompletionSource<int>();
        var leader = _lab.Cache.RememberAsync("k", WhileLoading, _ => gate.Task);
        var other = _lab.Remember("k", WhileLoading);

        Assert.False(other.IsCompleted);
        gate.SetResult(9);
        Assert.Equal((9, 9), (await leader, await other));
    }

    [Fact]
    public async Task If_the_load_fails_the_last_value_is_served_and_marked()
    {
        await _lab.Remember("k", IfError);
        _lab.Time.Advance(Minute);

        var result = await FailAsync(IfError);

        Assert.Equal((1, true, true), (result.Value, result.HasValue, result.IsStale));
        _lab.Time.Advance(Minute);
        await Assert.ThrowsAsync<InvalidDataException>(() => FailAsync(IfError).AsTask());
    }

    [Fact]
    public async Task After_a_failure_the_source_is_left_alone_for_a_while()
    {
        await _lab.Remember("k", IfError);
        _lab.Time.Advance(Minute);
        await FailAsync(IfError);

        Assert.Equal(1, await _lab.Remember("k", IfError));
        Assert.Equal(1, _lab.Loads);
        _lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await _lab.Remember("k", IfError));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_invalidated_is_never_served(bool isFlushed)
    {
        await _lab.Remember("k", IfError, "tag");
        if (isFlushed)
        {
            _lab.Cache.Flush("tag");
        }
        else
        {
            _lab.Cache.Forget("k");
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => FailAsync(IfError).AsTask());
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_gets_no_stale_value()
    {
        await _lab.Remember("k", IfError);
        _lab.Time.Advance(Minute);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lab.Cache.RememberAsync("k", IfError, Cancel, cancel.Token).AsTask());

        async Task<int> Cancel(CancellationToken token)
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            return -1;
        }
    }

    [Fact]
    public void A_look_up_alone_gives_no_stale_value()
    {
        _lab.Cache.Set("k", 1, WhileLoading);
        _lab.Time.Advance(Minute);

        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task The_time_that_a_caller_asks_for_counts_for_stale_values_too()
    {
        await _lab.Remember("k", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), StaleIfError = Minute });
        _lab.Time.Advance(TimeSpan.FromMinutes(30));

        await Assert.ThrowsAsync<InvalidDataException>(() => FailAsync(new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute }).AsTask());
    }

    public void Dispose() => _lab.Dispose();

    private ValueTask<CacheResult<int>> FailAsync(CacheEntryOptions options)
        => _lab.Cache.RememberAsync(
            "k", 0, options, static (_, _) => Task.FromException<int>(new InvalidDataException()), CancellationToken.None);
}
