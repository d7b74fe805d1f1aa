using FastOrm.Cache.Tests.Unit.Values;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>Functions whose results are remembered.</summary>
public sealed class FunctionTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Fact]
    public void A_result_is_remembered_for_its_arguments()
    {
        var add = _lab.Cache.Function((int a, int b) => a + b + (_lab.Load() * 100));

        Assert.Equal((111, 111, 211), (add.Invoke(5, 6), add.Invoke(5, 6), add.Invoke(6, 5)));
    }

    [Fact]
    public async Task An_invalidated_result_is_loaded_anew_and_no_other()
    {
        var add = _lab.Cache.Function((int a, int b) => _lab.Load());
        add.Invoke(5, 6);
        add.Invoke(5, 7);

        await add.InvalidateAsync(5, 6);
        Assert.Equal((3, 2), (add.Invoke(5, 6), add.Invoke(5, 7)));
        add.Invalidate(5, 6);
        Assert.Equal((4, 2), (add.Invoke(5, 6), add.Invoke(5, 7)));
    }

    [Fact]
    public async Task A_refresh_calls_the_function_now_and_replaces_the_result()
    {
        var add = _lab.Cache.Function((int a, int b) => a + b + _lab.Load());

        Assert.Equal(12, add.Invoke(5, 6));
        Assert.Equal(13, add.Refresh(5, 6));
        Assert.Equal(14, await add.RefreshAsync(5, 6));
        Assert.Equal(14, add.Invoke(5, 6));
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_calls_share_their_results()
    {
        var one = _lab.Cache.Function((int a) => _lab.Load());

        Assert.Equal((1, 1), (await one.InvokeAsync(5), one.Invoke(5)));
        var hit = one.InvokeAsync(5).AsTask();
        Assert.True(hit.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Functions_have_from_none_to_four_parameters_and_a_token_that_is_no_part_of_the_key()
    {
        using var cancel = new CancellationTokenSource();
        var none = _lab.Cache.Function(() => _lab.Load());
        var one = _lab.Cache.Function((string a) => Task.FromResult(_lab.Load()));
        var two = _lab.Cache.Function((int a, CancellationToken token) => _lab.Load());
        var three = _lab.Cache.Function(async (int a, long b, Guid? c, CancellationToken token) =>
        {
            await Task.Yield();
            Assert.Equal(cancel.Token, token);
            return _lab.Load();
        });
        var four = _lab.Cache.Function(
            (int a, string? b, DateTime c, int[] d, CancellationToken _) => Task.FromResult(_lab.Load()));

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(1, none.Invoke());
            Assert.Equal(2, await one.InvokeAsync("a"));
            Assert.Equal(3, two.Invoke(1, i == 0 ? cancel.Token : default));
            Assert.Equal(4, await three.InvokeAsync(1, 2, null, cancel.Token));
            Assert.Equal(5, await four.InvokeAsync(1, null, default, [1, 2]));
        }

        Assert.Equal(6, await four.InvokeAsync(1, "", default, [1, 2]));
        Assert.Equal(7, await four.InvokeAsync(1, null, default, [1, 2, 3]));
        await four.InvalidateAsync(1, null, default, [1, 2]);
        none.Invalidate();
        Assert.Equal((8, 9), (await four.InvokeAsync(1, null, default, [1, 2]), none.Invoke()));
    }

    [Fact]
    public async Task The_time_and_all_other_options_of_values_hold()
    {
        var function = _lab.Cache.Function(
            (int a) => _lab.Loads < 1 ? Task.FromResult(_lab.Load()) : throw new InvalidDataException(),
            static o => o.Entry = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute, Tags = ["reports"] });

        await function.InvokeAsync(1);
        _lab.Time.Advance(Minute);
        Assert.Equal(1, await function.InvokeAsync(1));
        await _lab.Cache.FlushAsync("reports");
        await Assert.ThrowsAsync<InvalidDataException>(() => function.InvokeAsync(1).AsTask());
    }

    [Fact]
    public void Exceptions_come_through_as_they_were_thrown_and_are_not_remembered()
    {
        var function = _lab.Cache.Function((int a) => _lab.Load() == 1 ? throw new InvalidDataException("first") : 7);

        Assert.Equal("first", Assert.Throws<InvalidDataException>(() => function.Invoke(1)).Message);
        Assert.Equal(7, function.Invoke(1));
    }

    [Fact]
    public void A_function_may_call_itself_with_other_arguments()
    {
        CachedFunction<int, long> fibonacci = null!;
        fibonacci = _lab.Cache.Function((int n) =>
        {
            _lab.Load();
            return n < 2 ? (long)n : fibonacci.Invoke(n - 1) + fibonacci.Invoke(n - 2);
        });

        Assert.Equal((832_040, 31), (fibonacci.Invoke(30), _lab.Loads));
    }

    [Fact]
    public void The_object_is_no_part_of_the_key_unless_something_tells_it_from_others()
    {
        var (one, other) = (new Tenant(1), new Tenant(2));

        Assert.Equal("tenant 1, 5", _lab.Cache.Function<int, string>(one.Name).Invoke(5));
        Assert.Equal("tenant 1, 5", _lab.Cache.Function<int, string>(other.Name).Invoke(5));
        var apart = _lab.Cache.Function<int, string>(other.Name, o => o.Instance = other.Id);
        Assert.Equal("tenant 2, 5", apart.Invoke(5));
        Assert.EndsWith("Tenant.Name@2|5", apart.KeyFor(5), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hit_allocates_its_key_and_nothing_else()
    {
        var add = _lab.Cache.Function((int a, Guid b) => 7, static o => o.Tags("all"));
        var id = Guid.NewGuid();
        var bound = (2 * add.KeyFor(1_000_000, id).Length) + 32;
        var allocated = long.MaxValue;

        // Code that the compiler has not yet optimized allocates more.
        for (var i = 0; i < 5_000_000 && allocated > bound; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            add.Invoke(1_000_000, id);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(allocated, 0, bound);
    }

    public void Dispose() => _lab.Dispose();

    private sealed record Tenant(int Id)
    {
        public string Name(int number) => $"tenant {Id}, {number}";
    }
}
