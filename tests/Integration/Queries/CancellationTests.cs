using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class CancellationTests : IDisposable
{
    private static readonly Dictionary<string, Func<IQueryable<Product>, CancellationToken, Task>> Terminals = new(StringComparer.Ordinal)
    {
        ["ToListAsync"] = (q, token) => q.ToListAsync(token),
        ["FirstAsync"] = (q, token) => q.OrderBy(p => p.Id).FirstAsync(token),
        ["CountAsync"] = (q, token) => q.CountAsync(token),
        ["await foreach"] = async (q, token) =>
        {
            await foreach (var _ in q.AsAsyncEnumerable().WithCancellation(token))
            {
                // To the end.
            }
        },
        ["split"] = (q, token) => q.Include(p => p.Tags).AsSplitQuery().ToListAsync(token),
    };

    private readonly TestShop _shop = new();
    private readonly CancellationTokenSource _source = new();

    public static TheoryData<string> Names => [.. Terminals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_token_that_is_cancelled_before_a_load_throws_and_nothing_is_stored(string name)
    {
        await _source.CancelAsync();

        await AssertCancelledAsync(name);

        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        await AssertLoadsAsync(name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_token_that_is_cancelled_during_a_load_throws_and_nothing_is_stored(string name)
    {
        _shop.Sql.AfterRead = _ => _source.CancelAsync();

        await AssertCancelledAsync(name);

        _shop.Sql.AfterRead = null;
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        Assert.Equal(1, _shop.Cache.Statistics.FailedLoads);
        await AssertLoadsAsync(name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_cancelled_token_throws_on_a_hit_too(string name)
    {
        await AssertLoadsAsync(name);
        await _source.CancelAsync();

        await AssertCancelledAsync(name);

        Assert.Equal(0, (await RunAsync(name, CancellationToken.None)).Commands);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_between_two_rows_of_a_hit_ends_the_enumeration()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute).ToList());
        await using var db = _shop.NewForbidden();
        var rows = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in db.Products.Remember(Proof.Minute).AsAsyncEnumerable().WithCancellation(_source.Token))
            {
                if (++rows == 3)
                {
                    await _source.CancelAsync();
                }
            }
        });

        Assert.Equal(3, rows);
    }

    [Fact]
    public async Task The_caller_that_waits_for_a_cancelled_load_loads_itself()
    {
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            read.SetResult();
            await go.Task;
        };
        var leader = Task.Run(() => RunAsync("ToListAsync", _source.Token));
        await read.Task;
        var waiter = Task.Run(() => _shop.CountAsync(db => db.Products.Remember(Proof.Minute).ToListAsync()));

        await _source.CancelAsync();
        go.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.Equal(100, (await waiter).Result.Count);
        Assert.Equal(1, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public async Task A_cancelled_waiter_leaves_the_load_of_the_leader_alone()
    {
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            read.SetResult();
            await go.Task;
        };
        var leader = Task.Run(() => RunAsync("ToListAsync", CancellationToken.None));
        await read.Task;
        await using var db = _shop.New();
        var waiter = db.Products.Remember(Proof.Minute).ToListAsync(_source.Token);
        await _source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        go.SetResult();
        await leader;
        Assert.Equal(1, _shop.Cache.Statistics.Stores);
        Assert.Equal(0, (await RunAsync("ToListAsync", CancellationToken.None)).Commands);
    }

    private async Task AssertCancelledAsync(string name)
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(name, _source.Token));

    private async Task AssertLoadsAsync(string name)
        => Assert.Equal(name == "split" ? 2 : 1, (await RunAsync(name, CancellationToken.None)).Commands);

    private Task<(bool Result, int Commands)> RunAsync(string name, CancellationToken token)
        => _shop.CountAsync(async db =>
        {
            await Terminals[name](db.Products.Remember(Proof.Minute), token);
            return true;
        });

    public void Dispose()
    {
        _shop.Dispose();
        _source.Dispose();
    }
}
