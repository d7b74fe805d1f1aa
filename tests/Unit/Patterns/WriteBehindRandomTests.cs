using System.Collections.Concurrent;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Four writers and a source that fails at random: nothing is lost.</summary>
public sealed class WriteBehindRandomTests
{
    private const int Writers = 4;
    private const int Keys = 7;
    private const int Each = 500;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Every_value_is_written_or_a_dead_letter_and_the_last_of_each_key_wins(int parallelism, bool newestOnly)
    {
        using var cache = FastCache.Create();
        var ends = new ConcurrentQueue<(string Key, int Value, bool IsWritten)>();
        var random = new Random(4711);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var queue = new WriteBehindQueue<int>(cache, WriteAsync, new WriteBehindOptions<int>
        {
            OnDeadLetter = Bury,
            Capacity = 16,
            KeepNewestOnly = newestOnly,
            Parallelism = parallelism,
            MaxRetries = newestOnly ? 0 : 1, // One that waits for a retry would mostly be replaced.
            RetryDelay = TimeSpan.FromTicks(1),
        });

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await queue.EnqueueAsync($"k{i % Keys}", (writer * Each) + i);
            }
        })).Append(BeginAsync()));
        await queue.DrainAsync();

        var counts = queue.Statistics;
        Assert.Equal((Writers * Each, 0), (counts.Enqueued, counts.Waiting));
        Assert.Equal(counts.Enqueued, counts.Written + counts.Replaced + counts.DeadLettered);
        var written = ends.LongCount(static end => end.IsWritten);
        Assert.Equal((counts.Written, counts.DeadLettered), (written, ends.Count - written));
        Assert.Equal(ends.Count, ends.Select(static end => end.Value).Distinct().Count());
        Assert.Equal(newestOnly, counts.Replaced > 0);
        Assert.True(counts.DeadLettered > 0);
        Assert.Equal(newestOnly, counts.Retried == 0);
        foreach (var key in ends.GroupBy(static end => end.Key))
        {
            CheckKey([.. key], cache.TryGet<int>(key.Key));
        }

        // More than there are keys and workers, so that some have to wait behind others.
        async Task BeginAsync()
        {
            await QueueLab.Until(() => queue.Statistics.Enqueued >= 15);
            begin.SetResult();
        }

        async Task WriteAsync(string key, int value, CancellationToken token)
        {
            await begin.Task;
            await Task.Yield();
            lock (random)
            {
                if (random.Next(3) == 0)
                {
                    throw new InvalidDataException();
                }
            }

            ends.Enqueue((key, value, true));
        }

        Task Bury(WriteBehindDeadLetter<int> dead)
        {
            ends.Enqueue((dead.Key, dead.Value, false));
            return Task.CompletedTask;
        }
    }

    private static void CheckKey((string Key, int Value, bool IsWritten)[] ends, CacheResult<int> cached)
    {
        // What each writer has put in comes out in its order, and the cache has the last value of all, or nothing if that was not
        // written.
        foreach (var writer in ends.GroupBy(static end => end.Value / Each))
        {
            Assert.Equal(writer.Select(static end => end.Value).Order(), writer.Select(static end => end.Value));
        }

        var last = ends[^1];
        Assert.Equal((last.IsWritten, last.IsWritten ? last.Value : 0), (cached.IsCached, cached.Value));
    }
}
