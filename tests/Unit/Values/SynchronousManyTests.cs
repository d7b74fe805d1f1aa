using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Several values in one call of callers that are synchronous.</summary>
public sealed class SynchronousManyTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly List<string> _loaded = [];
    private int _loadedCount;

    [Fact]
    public void Only_what_is_missing_is_loaded_with_one_call_and_absences_are_remembered()
    {
        Assert.Equal(["1:one", "2:two"], Text(Remember(1, 2)));
        Assert.Equal(["1:one", "3:three"], Text(Remember(1, 3, 3, 99)));
        Assert.Equal(["1:one", "2:two", "3:three"], Text(Remember(1, 2, 3, 99)));

        Assert.Equal(["1 2", "3 99"], _loaded);
    }

    [Fact]
    public async Task Asynchronous_callers_find_what_synchronous_ones_have_loaded()
    {
        Remember(1);

        Assert.Equal(
            ["1:one"],
            Text(await _lab.Cache.RememberManyAsync<int, string>("n", [1], Minute, static (_, _) => throw new InvalidDataException())));
    }

    [Fact]
    public async Task They_wait_for_what_others_are_loading()
    {
        var gate = new TaskCompletionSource<IReadOnlyDictionary<int, string>>();
        var other = _lab.Cache.RememberManyAsync("n", [1, 2], Minute, (_, _) => gate.Task).AsTask();
        var waiting = Task.Run(() => Remember(2, 3));
        while (Volatile.Read(ref _loadedCount) == 0)
        {
            await Task.Yield(); // It loads its own first, and waits then.
        }

        gate.SetResult(new Dictionary<int, string> { [1] = "other's", [2] = "other's" });

        Assert.Equal(["2:other's", "3:three"], Text(await waiting));
        Assert.Equal(2, (await other).Count);
        Assert.Equal(["3"], _loaded);
    }

    [Fact]
    public void If_the_loader_fails_the_last_values_are_served_or_else_its_error()
    {
        var options = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute };
        _lab.Cache.RememberMany("n", [1, 2], options, Load);
        _lab.Time.Advance(Minute);

        Assert.Equal(["1:one", "2:two"], Text(_lab.Cache.RememberMany("n", [1, 2], options, Fail)));
        Assert.Throws<InvalidDataException>(() => _lab.Cache.RememberMany("n", [1, 2, 3], options, Fail));

        static IReadOnlyDictionary<int, string> Fail(IReadOnlyList<int> ids) => throw new InvalidDataException();
    }

    [Fact]
    public void A_tag_takes_all_values_of_a_call()
    {
        _lab.Cache.RememberMany([1, 2], static id => $"n:{id}", Minute, Load, "numbers");
        _lab.Cache.Flush("numbers");

        Assert.Empty(_lab.Cache.GetMany<string>(["n:1", "n:2"]));
    }

    [Fact]
    public void Many_values_are_set_and_read_in_one_call()
    {
        _lab.Cache.SetMany(new Dictionary<string, string?> { ["a"] = "1", ["b"] = null });

        Assert.Equal(
            ["a=1", "b="],
            _lab.Cache.GetMany<string>(["a", "b", "c", "a"]).Select(static pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_loader_of_many_that_asks_for_one_of_its_keys_is_an_error()
        => Assert.Throws<InvalidOperationException>(() => _lab.Cache.RememberMany("n", [1, 2], Minute, _ => Remember(2)));

    [Fact]
    public void While_it_is_switched_off_everything_is_loaded()
    {
        Remember(1);
        _lab.Cache.IsEnabled = false;
        Assert.Equal(["1:one", "2:two"], Text(Remember(1, 2)));

        Assert.Equal(["1", "1 2"], _loaded);
    }

    [Fact]
    public void Ids_may_be_in_any_collection_and_each_is_asked_for_once()
    {
        Assert.Equal(["1:one", "2:two"], Text(_lab.Cache.RememberMany("n", new List<int> { 1, 2, 1 }, Minute, Load)));
        Assert.Equal(["1:one", "3:three"], Text(_lab.Cache.RememberMany("n", Once(), Minute, Load)));

        Assert.Equal(["1 2", "3"], _loaded);
        Assert.Equal(1, _lab.Cache.Statistics.Hits);

        static IEnumerable<int> Once()
        {
            yield return 1;
            yield return 3;
            yield return 1;
        }
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Action[] calls =
        [
            () => _lab.Cache.RememberMany<int, string>("n", null!, Minute, Load), () => _lab.Cache.RememberMany(" ", [1], Minute, Load),
            () => _lab.Cache.RememberMany("n", [1], Minute, (Func<IReadOnlyList<int>, IReadOnlyDictionary<int, string>>)null!),
            () => _lab.Cache.RememberMany<int, string>([1], null!, Minute, Load), () => _lab.Cache.GetMany<int>(["k", " "]),
            () => _lab.Cache.RememberMany([1], static _ => " ", Minute, Load), () => _lab.Cache.SetMany([KeyValuePair.Create("", 1)]),
            () => _lab.Cache.RememberMany([1], static _ => "k", Minute, Load, " "), () => _lab.Cache.GetMany<int>(null!),
        ];

        Assert.All(calls, static call => Assert.ThrowsAny<ArgumentException>(call));
        Assert.Throws<InvalidOperationException>(
            () => _lab.Cache.RememberMany("n", [1], Minute, static _ => (IReadOnlyDictionary<int, string>)null!));
        Assert.Empty(_loaded);
    }

    public void Dispose() => _lab.Dispose();

    private static string[] Text(IReadOnlyDictionary<int, string> values)
        => [.. values.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key}:{pair.Value}")];

    private IReadOnlyDictionary<int, string> Remember(params int[] ids) => _lab.Cache.RememberMany("n", ids, Minute, Load);

    private IReadOnlyDictionary<int, string> Load(IReadOnlyList<int> ids)
    {
        lock (_loaded)
        {
            _loaded.Add(string.Join(' ', ids));
        }

        Interlocked.Increment(ref _loadedCount);
        string[] names = ["zero", "one", "two", "three"];
        return ids.Where(id => id < names.Length).ToDictionary(static id => id, id => names[id]);
    }
}
