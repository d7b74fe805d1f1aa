using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>A value is written to its source first and stored then.</summary>
public sealed class WriteThroughTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private int _source;

    [Fact]
    public async Task The_value_is_stored_when_it_is_written()
    {
        await _lab.Cache.WriteThroughAsync("k", 7, async (value, _) =>
        {
            Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
            await WriteAsync(value);
        });

        Assert.Equal((7, 7), (_source, _lab.Cache.Get<int>("k")));
    }

    [Fact]
    public async Task If_the_write_fails_the_key_is_forgotten()
    {
        _lab.Cache.Set("k", 1, Minute);

        await Assert.ThrowsAsync<InvalidDataException>(
            () => _lab.Cache.WriteThroughAsync("k", 2, static (_, _) => throw new InvalidDataException()).AsTask());

        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task Of_two_that_write_at_a_time_none_is_stored()
    {
        var (one, other) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = _lab.Cache.WriteThroughAsync("k", 1, (_, _) => one.Task).AsTask();
        var second = _lab.Cache.WriteThroughAsync("k", 2, (_, _) => other.Task).AsTask();
        other.SetResult();
        one.SetResult();
        await Task.WhenAll(first, second);

        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task What_was_being_loaded_before_is_not_stored_after()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task);
        await _lab.Cache.WriteThroughAsync("k", 7, (value, _) => WriteAsync(value));
        gate.SetResult(0);
        await loading;

        Assert.Equal(7, _lab.Cache.Get<int>("k"));
    }

    [Fact]
    public void A_synchronous_caller_writes_first_and_stores_then()
    {
        var thread = Environment.CurrentManagedThreadId;
        _lab.Cache.Set("k", 1, Minute);
        _lab.Cache.WriteThrough("k", 7, value =>
        {
            Assert.Equal((thread, 1), (Environment.CurrentManagedThreadId, _lab.Cache.Get<int>("k")));
            _source = value;
        });

        Assert.Equal((7, 7), (_source, _lab.Cache.Get<int>("k")));
        Assert.Throws<InvalidDataException>(() => _lab.Cache.WriteThrough("k", 2, static _ => throw new InvalidDataException()));
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
        Assert.Throws<ArgumentNullException>(() => _lab.Cache.WriteThrough("k", 2, null!));
        Assert.ThrowsAny<ArgumentException>(() => _lab.Cache.WriteThrough(" ", 2, static _ => { }));
    }

    [Fact]
    public async Task What_a_synchronous_caller_writes_through_another_node_gets()
    {
        using var lab = new Remote.RemoteLab();
        lab.A.WriteThrough("k", 7, value => _source = value, Minute);
        Assert.Equal((7, 7), (_source, (await lab.B.TryGetAsync<int>("k")).Value));
    }

    public void Dispose() => _lab.Dispose();

    private Task WriteAsync(int value)
    {
        _source = value;
        return Task.CompletedTask;
    }
}
