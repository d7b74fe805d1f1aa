using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.InteropServices;
using FastOrm.Cache.Diagnostics;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>No caller can change what another gets, and nobody gets another value than was loaded.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly CacheLab _lab = new();

    public static TheoryData<object> Shared =>
    [
        "text", 42, 1.5m, DateTimeOffset.UnixEpoch, Guid.Empty, DayOfWeek.Friday, new Uri("http://example.org"), new Point(1, 2),
        new Money(1, "EUR"), ImmutableArray.Create(1, 2), ImmutableList.Create("a"), ImmutableDictionary<string, Money>.Empty, (1, "a"),
        new Marked { Name = "promised" }, new Nested(new Money(1, "EUR"), ImmutableArray<int>.Empty),
    ];

    public static TheoryData<object> Copied =>
    [
        new List<int> { 1 }, new[] { 1 }, new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 1 }, new Basket { Items = ["a"] },
        new Open("a"), new HasList(["a"]), new HashSet<string>(StringComparer.Ordinal) { "a", "b" },
    ];

    [Theory]
    [MemberData(nameof(Shared))]
    public void Values_of_immutable_types_are_shared(object value) => Assert.True(Values.Immutability(value));

    [Theory]
    [MemberData(nameof(Copied))]
    public void Of_other_values_each_caller_gets_a_copy(object value) => Values.AssertCopied(_lab.Cache, value);

    [Fact]
    public async Task What_a_caller_changes_no_other_sees()
    {
        var loaded = await _lab.Cache.RememberAsync("k", Minute, static () => Task.FromResult(new Basket { Items = ["a"] }));
        loaded.Items.Add("b");
        var hit = _lab.Cache.Get<Basket>("k")!;
        Assert.Equal(["a"], hit.Items);
        hit.Items.Add("c");

        Assert.Equal(["a"], _lab.Cache.Get<Basket>("k")!.Items);
    }

    [Fact]
    public async Task Nor_do_those_who_waited_for_the_same_load()
    {
        var gate = new TaskCompletionSource<Basket>();
        var one = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task);
        var other = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task);
        gate.SetResult(new Basket { Items = ["a"] });

        (await one).Items.Add("b");
        Assert.Equal(["a"], (await other).Items);
    }

    [Fact]
    public void An_application_s_own_copy_is_used()
    {
        var copies = 0;
        using var lab = new CacheLab(options => options.CopyWith<Secret>(secret =>
        {
            copies++;
            return new Secret(secret.Reveal());
        }));
        lab.Cache.Set("k", new Secret("s"), Minute);

        Assert.Equal("s", lab.Cache.Get<Secret>("k")!.Reveal());
        Assert.NotSame(lab.Cache.Get<Secret>("k"), lab.Cache.Get<Secret>("k"));
        Assert.Equal(4, copies);
    }

    [Fact]
    public void Whoever_says_so_shares_one_object()
    {
        var basket = new Basket();
        _lab.Cache.Set("k", basket, new CacheEntryOptions { ShareValue = true });
        Assert.Same(basket, _lab.Cache.Get<Basket>("k"));

        using var sharing = new CacheLab(static options => options.ShareValues = true);
        sharing.Cache.Set("k", basket);
        Assert.Same(basket, sharing.Cache.Get<Basket>("k"));
        sharing.Cache.Set("k", basket, new CacheEntryOptions { ShareValue = false });
        Assert.NotSame(basket, sharing.Cache.Get<Basket>("k"));
    }

    [Fact]
    public async Task A_value_that_would_lose_something_goes_to_its_caller_and_is_not_stored()
    {
        await AssertNotStored(new Secret("hidden"));
        await AssertNotStored(new Owner { Pet = new Dog { Name = "Rex", Tricks = 3 } });
        await AssertNotStored(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 });
        await AssertNotStored(new Circle());
        await AssertNotStored<object>(new Basket { Items = ["a"] });
        await AssertNotStored<Func<int>>(static () => 1);
        await AssertNotStored<Stream>(new MemoryStream([1]));
    }

    [Fact]
    public void A_collection_that_the_compiler_makes_is_kept_as_the_interface_that_is_asked_for()
    {
        foreach (var key in new[] { "one", "two" })
        {
            IReadOnlyList<int> loaded = key == "one" ? [1] : [1, 2];
            _lab.Cache.Remember(key, CacheLab.Minute, () => loaded);

            Assert.Equal(loaded, _lab.Cache.TryGet<IReadOnlyList<int>>(key).Value);
        }
    }

    [Fact]
    public void A_sequence_that_can_be_read_once_is_left_to_its_caller()
    {
        var queue = new Queue<int>([1, 2, 3]);

        int[] once = [.. _lab.Cache.Remember("k", CacheLab.Minute, Drain)];
        Assert.Equal([1, 2, 3], once);
        Assert.Equal((0, 1L), (_lab.Cache.Statistics.Entries, _lab.Cache.Statistics.Bypasses["not serializable"]));

        IEnumerable<int> Drain()
        {
            while (queue.TryDequeue(out var next))
            {
                yield return next;
            }
        }
    }

    [Fact]
    public async Task Callers_that_wait_for_such_a_value_load_their_own()
    {
        var gate = new TaskCompletionSource();
        var one = _lab.Cache.RememberAsync("k", Minute, Load);
        var other = _lab.Cache.RememberAsync("k", Minute, Load);
        gate.SetResult();

        Assert.NotSame(await one, await other);

        async Task<Secret> Load()
        {
            await gate.Task;
            return new Secret("s");
        }
    }

    [Fact]
    public async Task A_value_over_the_limit_goes_to_its_caller_and_is_not_stored()
    {
        using var lab = new CacheLab(static options => options.MaxResultBytes = 100);
        Assert.Equal(200, (await lab.Cache.RememberAsync("k", Minute, static () => Task.FromResult(new string('x', 200)))).Length);

        Assert.False(lab.Cache.TryGet<string>("k").IsCached);
        Assert.Equal(1, lab.Cache.Statistics.Bypasses[ValueBypasses.TooLarge]);
        lab.Cache.Set("k", new string('x', 200), new CacheEntryOptions { Size = 1 });
        Assert.True(lab.Cache.TryGet<string>("k").IsCached);
    }

    [Fact]
    public void A_value_that_cannot_be_stored_leaves_none_in_its_place()
    {
        _lab.Cache.Set("k", new Secret("s"), new CacheEntryOptions { ShareValue = true });
        _lab.Cache.Set("k", new Secret("other"));

        Assert.False(_lab.Cache.TryGet<Secret>("k").IsCached);
    }

    public void Dispose() => _lab.Dispose();

    private async Task AssertNotStored<T>(T value)
        where T : class
    {
        var before = _lab.Cache.Statistics.Bypasses.GetValueOrDefault(ValueBypasses.NotSerializable);

        Assert.Same(value, await _lab.Cache.RememberAsync("k", Minute, () => Task.FromResult(value)));

        Assert.False(_lab.Cache.TryGet<T>("k").IsCached);
        Assert.Equal(before + 1, _lab.Cache.Statistics.Bypasses[ValueBypasses.NotSerializable]);
    }

    private static class Values
    {
        public static bool Immutability(object value) => Cache.Values.Immutability.Is(value.GetType());

        public static void AssertCopied(ICache cache, object value)
            => typeof(Values).GetMethod(nameof(AssertCopiedAs))!.MakeGenericMethod(value.GetType()).Invoke(null, [cache, value]);

        public static void AssertCopiedAs<T>(ICache cache, T value)
            where T : class
        {
            Assert.False(Immutability(value));
            cache.Set("k", value);
            var hit = cache.Get<T>("k");
            Assert.NotNull(hit);
            Assert.NotSame(value, hit);
            Assert.NotSame(hit, cache.Get<T>("k"));
            Assert.True(Cache.Values.ValueFidelity.AreSame(value, hit));
        }
    }

    private sealed record Money(decimal Amount, string Currency);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Point(int X, int Y);

    private sealed record Nested(Money Price, ImmutableArray<int> Sizes);

    private sealed record HasList(List<string> Items);

    private sealed record Open(string Name)
    {
        public string Name { get; set; } = Name;
    }

    [ImmutableObject(true)]
    private sealed class Marked
    {
        public string Name { get; set; } = "";
    }

    private sealed class Basket
    {
        public List<string> Items { get; set; } = [];
    }

    private sealed class Secret(string text)
    {
        private string _text = text;

        public string Reveal() => _text;

        public void Change() => _text = "";
    }

    private sealed class Owner
    {
        public Animal? Pet { get; set; }
    }

    private class Animal
    {
        public string Name { get; set; } = "";
    }

    private sealed class Dog : Animal
    {
        public int Tricks { get; set; }
    }

    private sealed class Circle
    {
        public Circle() => Self = this;

        public Circle Self { get; set; }
    }
}
