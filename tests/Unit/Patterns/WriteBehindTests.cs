using static FastOrm.Cache.Tests.Unit.Patterns.QueueLab;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Values are in the cache at once and in the source soon.</summary>
public sealed class WriteBehindTests
{
    [Fact]
    public async Task A_value_is_in_the_cache_before_it_is_written()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab();
        lab.Source = (_, _) => gate.Task;
        await lab.Put("k", 1);

        Assert.Equal(1, lab.Cache.Get<int>("k"));
        Assert.Empty(lab.Written);
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Equal([("k", 1)], lab.Written);
        Assert.Equal(new WriteBehindStatistics { Enqueued = 1, Written = 1 }, lab.Statistics);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task The_values_of_a_key_are_written_in_their_order(int parallelism)
    {
        await using var lab = new QueueLab(options => options with { Parallelism = parallelism });
        foreach (var value in Enumerable.Range(1, 100))
        {
            await lab.Put($"k{value % 3}", value);
        }

        await lab.Queue.DrainAsync();
        foreach (var key in lab.Written.GroupBy(static write => write.Key))
        {
            Assert.Equal(key.Select(static write => write.Value).Order(), key.Select(static write => write.Value));
        }

        Assert.Equal((100, 100), (lab.Written.Count, lab.Statistics.Written));
    }

    [Fact]
    public async Task As_many_keys_are_written_at_a_time_as_the_options_say()
    {
        var gate = new TaskCompletionSource();
        var (now, most) = (0, 0);
        await using var lab = new QueueLab(static options => options with { Parallelism = 3 });
        lab.Source = async (_, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await gate.Task;
            Interlocked.Decrement(ref now);
        };
        for (var i = 0; i < 12; i++)
        {
            await lab.Put($"k{i}", i);
        }

        await Until(() => Volatile.Read(ref now) == 3);
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Equal((3, 12), (most, lab.Written.Count));
    }

    [Fact]
    public async Task The_newest_of_a_key_takes_the_place_of_those_that_wait_if_it_may()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab(
            static options => options with { KeepNewestOnly = true, Capacity = 2, RejectWhenFull = true });
        var begun = new TaskCompletionSource();
        lab.Source = (_, _) =>
        {
            begun.TrySetResult();
            return gate.Task;
        };
        await lab.Put("k", 1);
        await begun.Task;
        for (var value = 2; value <= 5; value++)
        {
            await lab.Put("k", value); // From the third on the queue is full, but they need no room.
        }

        Assert.Equal((5, 3, 2), (lab.Statistics.Enqueued, lab.Statistics.Replaced, lab.Statistics.Waiting));
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Equal([("k", 1), ("k", 5)], lab.Written);
    }

    [Fact]
    public async Task Callers_wait_while_the_queue_is_full()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab(static options => options with { Capacity = 2 });
        lab.Source = (_, _) => gate.Task;
        await lab.Put("a", 1);
        await lab.Put("b", 2);
        using var cancel = new CancellationTokenSource();
        var waiting = lab.Put("c", 3).AsTask();
        var leaving = lab.Queue.EnqueueAsync("d", 4, cancellationToken: cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.False(waiting.IsCompleted || lab.Cache.TryGet<int>("c").IsCached || lab.Cache.TryGet<int>("d").IsCached);
        gate.SetResult();
        await waiting;
        await lab.Queue.DrainAsync();
        Assert.Equal([("a", 1), ("b", 2), ("c", 3)], lab.Written);
    }

    [Fact]
    public async Task Or_are_refused_if_the_options_say_so()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab(static options => options with { Capacity = 1, RejectWhenFull = true });
        lab.Source = (_, _) => gate.Task;
        await lab.Put("a", 1);

        var error = await Assert.ThrowsAsync<WriteBehindFullException>(() => lab.Put("b", 2).AsTask());
        Assert.Contains("Capacity", error.Message, StringComparison.Ordinal);
        Assert.False(lab.Cache.TryGet<int>("b").IsCached);
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Equal(new WriteBehindStatistics { Enqueued = 1, Written = 1, Rejected = 1 }, lab.Statistics);
    }

    [Fact]
    public async Task What_waits_can_be_asked_for_until_it_is_written()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab();
        lab.Source = (_, _) => gate.Task;
        await lab.Put("k", 1);
        await lab.Put("k", 2);

        Assert.True(lab.Queue.TryGetWaiting("k", out var waiting));
        Assert.Equal(2, waiting);
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.False(lab.Queue.TryGetWaiting("k", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_older_value_that_was_loaded_meanwhile_is_not_served_after_the_write(bool endsLater)
    {
        var (writing, loading) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var lab = new QueueLab();
        lab.Stored["k"] = 0;
        lab.Source = (_, _) => writing.Task;
        await lab.Put("k", 1);
        lab.Cache.Forget("k"); // Or its time is over, or it is evicted.
        var load = lab.Cache.RememberAsync("k", TimeSpan.FromMinutes(1), LoadAsync).AsTask();
        if (!endsLater)
        {
            loading.SetResult();
            Assert.Equal(0, await load);
        }

        writing.SetResult();
        await lab.Queue.DrainAsync();
        loading.TrySetResult();
        await load;
        Assert.False(lab.Cache.TryGet<int>("k").IsCached);

        async Task<int> LoadAsync(CancellationToken token)
        {
            var value = lab.Stored["k"];
            await loading.Task;
            return value;
        }
    }

    [Fact]
    public async Task What_is_written_stays_in_the_cache()
    {
        await using var lab = new QueueLab();
        await lab.Put("k", 1);
        await lab.Put("k", 2);
        await lab.Queue.DrainAsync();

        Assert.Equal(2, lab.Cache.Get<int>("k"));
        Assert.Equal(0, lab.Cache.Statistics.Invalidations);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
