using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>The cancellation of one caller is its own affair.</summary>
public sealed class CancelledLoadTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly Gate _gate = new();
    private readonly CancellationTokenSource _cancellation = new();

    public CancelledLoadTests() => _shop.Sql.AfterRead = _gate.PassAsync;

    [Fact]
    public async Task When_the_leader_is_cancelled_one_waiter_takes_over()
    {
        var before = _shop.Sql.Count;
        var leader = ReadAsync(_cancellation.Token);
        await _gate.Reached;
        var waiters = Enumerable.Range(0, 20).Select(_ => ReadAsync()).ToList();

        await _cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.All(await Task.WhenAll(waiters), count => Assert.Equal(3, count));
        Assert.Equal(2, _shop.Sql.Count - before);
    }

    [Fact]
    public async Task Each_cancelled_leader_is_followed_by_another()
    {
        var before = _shop.Sql.Count;
        var caller = new AsyncLocal<int>();
        var sources = Enumerable.Range(0, 4).Select(_ => new CancellationTokenSource()).ToList();
        var leaders = 0;
        _shop.Sql.AfterRead = async token =>
        {
            await _gate.PassAsync(token);
            if (Interlocked.Increment(ref leaders) < sources.Count)
            {
                await sources[caller.Value].CancelAsync();
                token.ThrowIfCancellationRequested();
            }
        };
        var reads = new List<Task<int>>();
        for (caller.Value = 0; caller.Value < sources.Count; caller.Value++)
        {
            reads.Add(ReadAsync(sources[caller.Value].Token));
        }

        _gate.Open();
        await Task.WhenAll(reads).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(3, reads.Count(read => read.IsCanceled));
        Assert.Equal(3, await reads.Single(read => read.IsCompletedSuccessfully));
        Assert.Equal(4, _shop.Sql.Count - before);
        sources.ForEach(source => source.Dispose());
    }

    [Fact]
    public async Task A_waiter_that_is_cancelled_leaves_the_others_alone()
    {
        var before = _shop.Sql.Count;
        var leader = ReadAsync();
        await _gate.Reached;
        var cancelled = ReadAsync(_cancellation.Token);
        var waiter = ReadAsync();

        await _cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _gate.Open();
        Assert.Equal(3, await leader);
        Assert.Equal(3, await waiter);
        Assert.Equal(1, _shop.Sql.Count - before);
    }

    [Fact]
    public async Task After_everyone_was_cancelled_the_next_caller_loads()
    {
        var leader = ReadAsync(_cancellation.Token);
        await _gate.Reached;
        var waiter = ReadAsync(_cancellation.Token);
        await _cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);

        Assert.Equal(3, await ReadAsync());
        Assert.Equal(0, (await _shop.CountAsync(db => db.Tags.Remember().ToListAsync())).Commands);
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_already_sends_nothing()
    {
        await _cancellation.CancelAsync();
        var before = _shop.Sql.Count;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(_cancellation.Token));

        Assert.Equal(before, _shop.Sql.Count);
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _shop.Dispose();
    }

    private async Task<int> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = _shop.New();
        return (await db.Tags.Remember().ToListAsync(cancellationToken)).Count;
    }
}
