using System.Collections.Immutable;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Runtime.InteropServices;
using FastOrm.Cache.EfCore.Rows.Copies;

namespace FastOrm.Cache.Tests.Unit.Rows.Copies;

/// <summary>What is immutable is shared, and nothing else is taken to be.</summary>
public sealed class SharedTypeTests
{
    private static readonly Dictionary<string, object> Immutable = new(StringComparer.Ordinal)
    {
        ["int"] = 1,
        ["enum"] = DayOfWeek.Friday,
        ["string"] = "text",
        ["decimal"] = 1.50m,
        ["DateTimeOffset"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        ["BigInteger"] = BigInteger.Pow(10, 40),
        ["Int128"] = Int128.MaxValue,
        ["Half"] = Half.Epsilon,
        ["Version"] = new Version(1, 2),
        ["Uri"] = new Uri("https://example.org"),
        ["PhysicalAddress"] = new PhysicalAddress([1, 2, 3, 4, 5, 6]),
        ["struct"] = new Interval<DateOnly>(DateOnly.MinValue, DateOnly.MaxValue),
        ["struct that can be changed"] = new Point { X = 1, Y = 2 },
        ["struct of a nullable"] = new Interval<int?>(null, 1),
        ["tuple"] = (1, "a"),
        ["sealed record"] = new Money(1.5m, "EUR"),
        ["sealed class over a base of its kind"] = new Derived("a", 1),
        ["ImmutableArray"] = ImmutableArray.Create(1, 2),
        ["ImmutableDictionary"] = ImmutableDictionary<string, string?>.Empty.Add("a", null),
    };

    private static readonly Dictionary<string, Type> Unknown = new(StringComparer.Ordinal)
    {
        ["object"] = typeof(object),
        ["stream"] = typeof(Stream),
        ["native handle"] = typeof(nint),
        ["struct with a native handle"] = typeof(Interval<nint>),
        ["class that can be changed"] = typeof(Changeable),
        ["class that can be derived from"] = typeof(Tuple<int>),
        ["class that has a finalizer"] = typeof(Finalized),
        ["class that can be disposed of"] = typeof(Disposable),
        ["abstract class"] = typeof(Base),
        ["class without fields"] = typeof(Empty),
        ["class with a delegate"] = typeof(WithDelegate),
        ["class with an object"] = typeof(WithObject),
        ["value that contains itself"] = typeof(Linked),
        ["delegate"] = typeof(Func<int>),
        ["array of objects"] = typeof(object[]),
        ["list of an unknown type"] = typeof(List<Changeable>),
        ["dictionary by keys that can be changed"] = typeof(Dictionary<int[], int>),
        ["immutable collection of what can be changed"] = typeof(ImmutableList<int[]>),
        ["memory"] = typeof(ReadOnlyMemory<byte>),
        ["interface"] = typeof(IReadOnlyList<int>),
        ["hash set"] = typeof(HashSet<int>),
    };

    public static TheoryData<string> ImmutableNames => [.. Immutable.Keys];

    public static TheoryData<string> UnknownNames => [.. Unknown.Keys];

    [Theory]
    [MemberData(nameof(ImmutableNames))]
    public void An_immutable_value_is_shared(string name)
    {
        var value = Immutable[name];
        var copier = ValueCopier.For(value.GetType());

        Assert.NotNull(copier);
        Assert.True(copier.IsShared);
        Assert.Same(value, copier.Copy(value));
        Assert.InRange(copier.Size(value), 17, 1000);
    }

    [Theory]
    [MemberData(nameof(UnknownNames))]
    public void Of_an_unknown_type_nothing_is_assumed(string name) => Assert.Null(ValueCopier.For(Unknown[name]));

    [Fact]
    public void A_nullable_is_what_it_boxes_to()
        => Assert.IsType<FieldCopier>(ValueCopier.For(typeof(int?)));

    [Fact]
    public void A_derived_type_is_not_taken_for_the_one_that_is_known()
    {
        Assert.Null(ValueCopier.For(typeof(Uri))!.Copy(new DerivedUri()));
        Assert.Null(ValueCopier.For(typeof(PhysicalAddress))!.Copy(new DerivedAddress()));
    }

    private readonly record struct Interval<T>(T From, T To);

    [StructLayout(LayoutKind.Auto)]
    private struct Point
    {
        public double X { get; set; }

        public double Y { get; set; }
    }

    private sealed record Money(decimal Amount, string Currency);

    private abstract class Base(string name)
    {
        public string Name { get; } = name;
    }

    private sealed class Derived(string name, int number) : Base(name)
    {
        public int Number { get; } = number;
    }

    private sealed class Changeable
    {
        public int Value { get; set; }
    }

    private sealed class Finalized
    {
#pragma warning disable MA0055 // It is what must be noticed.
        ~Finalized() => GC.KeepAlive(this);
#pragma warning restore MA0055
    }

    private sealed class Disposable : IDisposable
    {
        public int Value { get; }

        public void Dispose()
        {
        }
    }

    private sealed class Empty;

    private sealed record WithDelegate(Func<int> Run);

    private sealed record WithObject(object Value);

    private sealed record Linked(int Value, Linked? Next);

    private sealed class DerivedUri() : Uri("https://example.org");

    private sealed class DerivedAddress() : PhysicalAddress([1]);
}
