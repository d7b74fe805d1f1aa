using FastOrm.Cache.Patterns;
using static FastOrm.Cache.Tests.Unit.Patterns.QueueLab;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>What cannot be written is tried again and then given back.</summary>
public sealed class WriteBehindFailureTests
{
    private static readonly Task NoTask = null!;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_write_that_fails_is_tried_again_after_a_time_that_doubles()
    {
        var tries = 0;
        await using var lab = new QueueLab();
        lab.Source = (_, _) => Interlocked.Increment(ref tries) < 4 ? Fail() : Task.CompletedTask;
        await lab.Put("k", 1);
        foreach (var factor in new[] { 1, 2, 4 })
        {
            await lab.PassBackoff((First * factor) - TimeSpan.FromTicks(1));
            Assert.Equal(1, lab.Time.ActiveTimers);
            lab.Time.Advance(TimeSpan.FromTicks(1));
        }

        await lab.Queue.DrainAsync();
        Assert.Equal(new WriteBehindStatistics { Enqueued = 1, Written = 1, Retried = 3 }, lab.Statistics);
        Assert.Equal(1, lab.Cache.Get<int>("k"));
    }

    [Fact]
    public void The_time_has_a_limit_and_is_shortened_at_random_at_most_by_its_share()
    {
        Assert.Equal(First, Backoff.Delay(1, First, TimeSpan.FromDays(1), 0));
        Assert.Equal(First * 8, Backoff.Delay(4, First, TimeSpan.FromDays(1), 0));
        Assert.Equal(TimeSpan.FromDays(1), Backoff.Delay(int.MaxValue, TimeSpan.FromDays(1), TimeSpan.FromDays(1), 0));

        var delays = Enumerable.Range(0, 200).Select(static _ => Backoff.Delay(3, First, TimeSpan.FromSeconds(1), 0.5)).ToList();
        Assert.All(delays, static delay => Assert.InRange(delay, First * 2, First * 4));
        Assert.True(delays.Distinct().Count() > 100);
    }

    [Fact]
    public async Task A_key_that_fails_holds_up_no_other()
    {
        await using var lab = new QueueLab();
        lab.Source = static (value, _) => value == 1 ? Fail() : Task.CompletedTask;
        await lab.Put("bad", 1);
        await lab.Put("bad", 2);
        await lab.Put("good", 3);

        await Until(() => lab.Written.Count == 1 && lab.Statistics.Waiting == 2);
        Assert.Equal([("good", 3)], lab.Written);
    }

    [Fact]
    public async Task After_the_last_retry_the_value_is_a_dead_letter_and_is_served_no_more()
    {
        await using var lab = new QueueLab(static options => options with { MaxRetries = 1 });
        lab.Source = static (_, _) => Fail();
        lab.Grave = dead =>
        {
            Assert.False(lab.Cache.TryGet<int>(dead.Key).IsCached);
            Assert.False(lab.Queue.TryGetWaiting(dead.Key, out _));
            return Task.CompletedTask;
        };
        await lab.Put("k", 7);
        Assert.Equal(7, lab.Cache.Get<int>("k"));
        await lab.PassBackoff(First);
        await lab.Queue.DrainAsync();

        var dead = Assert.Single(lab.Dead);
        Assert.Equal(("k", 7, 2, false), (dead.Key, dead.Value, dead.Attempts, dead.IsShutdown));
        Assert.IsType<InvalidDataException>(dead.Error);
        Assert.Equal(new WriteBehindStatistics { Enqueued = 1, Retried = 1, DeadLettered = 1 }, lab.Statistics);
        Assert.False(lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task A_dead_letter_leaves_the_newer_value_of_its_key_in_the_cache_and_in_its_turn()
    {
        var grave = new TaskCompletionSource();
        await using var lab = new QueueLab(static options => options with { MaxRetries = 0 });
        lab.Source = static (value, _) => value == 1 ? Fail() : Task.CompletedTask;
        lab.Grave = _ => grave.Task;
        await lab.Put("k", 1);
        await Until(() => lab.Dead.Count == 1);
        await lab.Put("k", 2);

        Assert.Empty(lab.Written);
        grave.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Equal([("k", 2)], lab.Written);
        Assert.Equal(2, lab.Cache.Get<int>("k"));
    }

    [Fact]
    public async Task A_newer_value_takes_the_place_of_one_that_waits_for_its_retry_if_it_may()
    {
        await using var lab = new QueueLab(static options => options with { KeepNewestOnly = true });
        lab.Source = static (value, _) => value == 1 ? Fail() : Task.CompletedTask;
        await lab.Put("k", 1);
        await Until(() => lab.Time.ActiveTimers == 1);
        await lab.Put("k", 2);
        lab.Time.Advance(First);
        await lab.Queue.DrainAsync();

        Assert.Equal([("k", 2)], lab.Written);
        Assert.Equal(new WriteBehindStatistics { Enqueued = 2, Replaced = 1, Written = 1 }, lab.Statistics);
    }

    [Fact]
    public async Task A_dead_letter_callback_that_throws_is_counted_and_ends_nothing()
    {
        await using var lab = new QueueLab(static options => options with { MaxRetries = 0 });
        lab.Source = static (value, _) => value == 1 ? Fail() : Task.CompletedTask;
        lab.Grave = static _ => throw new InvalidDataException();
        await lab.Put("k", 1);
        await lab.Put("k", 2);
        await lab.Queue.DrainAsync();

        Assert.Equal(
            new WriteBehindStatistics { Enqueued = 2, Written = 1, DeadLettered = 1, FailedDeadLetters = 1 }, lab.Statistics);
    }

    [Fact]
    public async Task A_write_that_returns_no_task_has_failed()
    {
        await using var lab = new QueueLab(static options => options with { MaxRetries = 0 });
        await using var queue = new WriteBehindQueue<int>(
            lab.Cache, static (_, _, _) => NoTask, new WriteBehindOptions<int> { OnDeadLetter = Bury, MaxRetries = 0 });
        await queue.EnqueueAsync("k", 1);
        await queue.DrainAsync();

        Assert.Contains("no task", Assert.Single(lab.Dead).Error!.Message, StringComparison.Ordinal);

        Task Bury(WriteBehindDeadLetter<int> dead)
        {
            lab.Dead.Enqueue(dead);
            return Task.CompletedTask;
        }
    }
}
