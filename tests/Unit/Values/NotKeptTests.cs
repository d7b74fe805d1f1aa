using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Tests.Unit.Serializers;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>A value that is not stored is given to its caller, counted, and an event says why.</summary>
public sealed class NotKeptTests : IDisposable
{
    private readonly CacheLab _lab = new(static options => options.MaxResultBytes = 1000);
    private readonly List<CacheNotKeptEventArgs> _told = [];

    public NotKeptTests() => _lab.Cache.Events.NotKept += (_, value) => _told.Add(value);

    [Fact]
    public async Task Of_a_value_that_cannot_be_written_the_error_of_the_serializer_is_told()
    {
        var circle = new Cycle();

        Assert.Same(circle, await _lab.Cache.RememberAsync("k", Minute, () => Task.FromResult(circle)));
        AssertTold("k", ValueBypasses.NotSerializable);
        Assert.Contains("cycle", _told[0].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_value_that_comes_back_changed_there_is_no_error()
    {
        await _lab.Cache.RememberAsync("k", Minute, static () => Task.FromResult(new Owner { Pet = new Dog() }));

        AssertTold("k", ValueBypasses.NotSerializable);
        Assert.Null(_told[0].Error);
    }

    [Fact]
    public void The_error_of_the_application_s_own_copy_is_told()
    {
        var error = new InvalidDataException();
        using var lab = new CacheLab(options => options.CopyWith<Secret>(_ => throw error));
        lab.Cache.Events.NotKept += (_, value) => _told.Add(value);
        lab.Cache.Set("k", new Secret("s"));

        Assert.Same(error, Assert.Single(_told).Error);
    }

    [Fact]
    public void A_value_that_is_too_large_is_told_of()
    {
        _lab.Cache.Set("k", new string('x', 1000));

        AssertTold("k", ValueBypasses.TooLarge);
    }

    [Fact]
    public void A_size_beyond_all_bounds_is_counted_as_large_as_can_be()
    {
        using var lab = new CacheLab(static options => options.MaxBytes = options.MaxResultBytes = long.MaxValue);
        lab.Cache.Set("k", 1, new CacheEntryOptions { Size = long.MaxValue });

        Assert.InRange(lab.Cache.Statistics.Bytes, int.MaxValue, long.MaxValue);
    }

    [Fact]
    public async Task A_value_that_was_overtaken_is_told_of()
    {
        await _lab.Cache.RememberAsync("k", Minute, () =>
        {
            _lab.Cache.Forget("k");
            return Task.FromResult(1);
        });

        AssertTold("k", ValueBypasses.Overtaken);
    }

    [Fact]
    public async Task Of_several_values_each_is_told_of()
    {
        await _lab.Cache.RememberManyAsync<int, Secret>(
            "n",
            [1, 2],
            Minute,
            static (ids, _) => Task.FromResult<IReadOnlyDictionary<int, Secret>>(
                ids.ToDictionary(static id => id, static _ => new Secret("s"))));

        Assert.Equal(["n:1", "n:2"], _told.Select(static value => value.Key));
    }

    [Fact]
    public void Of_a_value_that_is_stored_nothing_is_told()
    {
        _lab.Cache.Set("k", 1);

        Assert.Empty(_told);
    }

    [Fact]
    public void A_handler_that_throws_breaks_nothing()
    {
        _lab.Cache.Events.NotKept += static (_, _) => throw new InvalidDataException();

        _lab.Cache.Set("k", new Secret("s"));
    }

    public void Dispose() => _lab.Dispose();

    private void AssertTold(string key, string reason)
    {
        Assert.Equal([(key, reason)], _told.Select(static value => (value.Key, value.Reason)));
        Assert.Equal(1, _lab.Cache.Statistics.Bypasses[reason]);
    }
}
