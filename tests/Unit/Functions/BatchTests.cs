using FastOrm.Cache.Tests.Unit.Values;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>Functions of many ids.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly List<int[]> _asked = [];

    [Fact]
    public async Task Only_what_is_missing_is_loaded()
    {
        var comments = Comments();

        Assert.Equal([1, 2, 3], (await comments.InvokeAsync([1, 2, 3])).Keys);
        Assert.Equal("comment 4", (await comments.InvokeAsync([2, 3, 4, 4]))[4]);
        Assert.Equal([[1, 2, 3], [4]], _asked);
    }

    [Fact]
    public async Task What_the_function_leaves_out_is_remembered_as_absent()
    {
        var comments = Comments();

        Assert.Empty(await comments.InvokeAsync([-1]));
        Assert.Equal([1], (await comments.InvokeAsync([-1, 1])).Keys);
        Assert.Equal([[-1], [1]], _asked);
    }

    [Fact]
    public async Task Ids_are_invalidated_and_refreshed_one_by_one()
    {
        var comments = Comments();
        await comments.InvokeAsync([1, 2, 3]);

        await comments.InvalidateAsync(1, 2);
        comments.Invalidate([1]);
        await comments.InvokeAsync([1, 2, 3]);
        await comments.RefreshAsync([3, 2]);
        await comments.InvokeAsync([1, 2, 3]);

        Assert.Equal([[1, 2, 3], [1, 2], [3, 2]], _asked);
    }

    [Fact]
    public async Task Tags_are_those_of_the_batch()
    {
        var comments = Comments(static o => o.Tags("all").CacheTags("blog"));
        await comments.InvokeAsync([1]);
        await _lab.Cache.FlushAsync("all");
        await comments.InvokeAsync([1]);
        Assert.Single(_asked);

        await comments.InvalidateTagAsync("all");
        await comments.InvokeAsync([1]);
        await _lab.Cache.FlushAsync("blog");
        await comments.InvokeAsync([1]);
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public void Tags_that_name_an_id_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Comments(static o => o.Tags("c:{0}")));
        Assert.Contains("InvalidateAsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_live_as_long_as_the_options_say()
    {
        var comments = Comments(static o => o.Ttl = Minute);
        await comments.InvokeAsync([1]);
        _lab.Time.Advance(Minute);
        await comments.InvokeAsync([1]);

        Assert.Equal(2, _asked.Count);
        Assert.Equal("comments|5", comments.KeyFor(5));
    }

    [Fact]
    public async Task The_function_may_be_synchronous_and_may_take_a_token()
    {
        using var cancel = new CancellationTokenSource();
        var sync = _lab.Cache.Batch<int, int>(ids => ids.ToDictionary(static id => id, _ => _lab.Load()));
        var token = _lab.Cache.Batch<Guid, int>(async (ids, token) =>
        {
            await Task.Yield();
            Assert.Equal(cancel.Token, token);
            return ids.ToDictionary(static id => id, _ => _lab.Load());
        });

        Assert.Equal(1, (await sync.InvokeAsync([7]))[7]);
        Assert.Equal(1, (await sync.InvokeAsync([7]))[7]);
        Assert.Equal(2, (await token.InvokeAsync([Guid.Empty], cancel.Token))[Guid.Empty]);
        var hit = sync.InvokeAsync([7]).AsTask();
        Assert.True(hit.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_synchronous_function_can_be_called_synchronously()
    {
        var comments = _lab.Cache.Batch<int, string>(ids =>
        {
            _asked.Add([.. ids]);
            return ids.Where(static id => id > 0).ToDictionary(static id => id, static id => $"comment {id}");
        });

        Assert.Equal("comment 2", comments.Invoke(1, 2, -1)[2]);
        Assert.Equal([1, 2, 3], comments.Invoke([1, 2, 3, -1]).Keys.Order());
        Assert.Equal([1, 2], (await comments.InvokeAsync([1, 2])).Keys.Order());
        comments.Invalidate(1);
        comments.Invoke(1, 2);
        comments.Refresh(2, 3);
        comments.Invoke(1, 2, 3);
        Assert.Equal([[1, 2, -1], [3], [1], [2, 3]], _asked);
    }

    [Fact]
    public async Task A_refresh_that_fails_leaves_what_is_remembered()
    {
        var fails = false;
        var comments = _lab.Cache.Batch<int, int>(
            ids => fails ? throw new InvalidDataException() : ids.ToDictionary(static id => id, _ => _lab.Load()));
        comments.Invoke(1);
        fails = true;

        Assert.Throws<InvalidDataException>(() => comments.Refresh(1));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await comments.RefreshAsync([1]));
        Assert.Equal(1, comments.Invoke(1)[1]);
    }

    [Fact]
    public async Task Ids_without_a_stable_text_need_a_key()
    {
        Func<IReadOnlyList<Pair>, IReadOnlyDictionary<Pair, int>> load
            = static ids => ids.ToDictionary(static id => id, static id => id.A);
        Assert.Throws<ArgumentException>(() => _lab.Cache.Batch(load));
        var pairs = _lab.Cache.Batch(load, static o => o.KeyOf = static id => new[] { id.A, id.B });

        Assert.Equal(1, (await pairs.InvokeAsync([new Pair(1, 2)]))[new Pair(1, 2)]);
        Assert.EndsWith("|[1,2]", pairs.KeyFor(new Pair(1, 2)), StringComparison.Ordinal);
    }

    public void Dispose() => _lab.Dispose();

    private CachedAsyncBatch<int, string> Comments(Action<CachedFunctionOptions<int>>? configure = null)
        => _lab.Cache.Batch<int, string>(
            async ids =>
            {
                await Task.Yield();
                _asked.Add([.. ids]);
                return ids.Where(static id => id > 0).ToDictionary(static id => id, static id => $"comment {id}");
            },
            o =>
            {
                o.Name = "comments";
                configure?.Invoke(o);
            });

    private sealed record Pair(int A, int B);
}
