using System.Buffers;
using System.Collections.Immutable;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>Values of each kind that a program might remember, also of kinds that cannot be.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, Sample> All { get; } = new Dictionary<string, Sample>(StringComparer.Ordinal)
    {
        ["text"] = new Sample<string>("quotes \" ' \\ , lines \r\n\t , zero \0 , ä 漢 🙂 , ends with a blank "),
        ["texts that look like something else"] = new Sample<List<string>>(
            [
                "", " ", "null", "~", "true", "yes", "12", "1e3", "0x10", "2020-01-01", "- a", "a: b", "# a", "*a", "&a", "{}", "[", "---",
                "...",
            ]),
        ["integers"] = new Sample<List<long>>([0, -1, long.MinValue, long.MaxValue]),
        ["doubles"] = new Sample<List<double>>([0, 0.1, -1e-300, double.MaxValue, double.Epsilon]),
        ["infinity"] = new Sample<List<double>>([double.PositiveInfinity]),
        ["decimals"] = new Sample<List<decimal>>([0, 1.10m, decimal.MaxValue, 0.0000000000000000000000000001m]),
        ["flag"] = new Sample<bool>(true),
        ["number that may be missing"] = new Sample<List<int?>>([1, null]),
        ["enumeration"] = new Sample<List<DayOfWeek>>([DayOfWeek.Friday]),
        ["id"] = new Sample<Guid>(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e")),
        ["address"] = new Sample<List<Uri>>([new Uri("http://example.org/a?b=c#d")]),
        ["universal time"] = new Sample<List<DateTime>>([new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(6)]),
        ["time of no zone"] = new Sample<List<DateTime>>([new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Unspecified).AddTicks(6)]),
        ["time with an offset"] = new Sample<DateTimeOffset>(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(6)),
        ["date"] = new Sample<List<DateOnly>>([new DateOnly(2020, 1, 2)]),
        ["time of day"] = new Sample<List<TimeOnly>>([new TimeOnly(3, 4, 5, 6)]),
        ["duration"] = new Sample<TimeSpan>(new TimeSpan(1, 2, 3, 4, 5)),
        ["bytes"] = new Sample<byte[]>([0, 1, 127, 128, 255]),
        ["array"] = new Sample<string?[]>(["a", null]),
        ["array of arrays"] = new Sample<int[][]>([[1, 2], []]),
        ["dictionary"] = new Sample<Dictionary<string, int>>(new(StringComparer.Ordinal) { ["a"] = 1, ["b: c"] = 2, ["null"] = 3 }),
        ["dictionary by number"] = new Sample<Dictionary<int, string>>(new() { [1] = "a" }),
        ["dictionary that takes no notice of case"] = new Sample<Dictionary<string, int>>(
            new(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 }),
        ["set"] = new Sample<HashSet<string>>(new(StringComparer.Ordinal) { "a", "b" }),
        ["interface of a list"] = new Sample<IReadOnlyList<int>>(new List<int> { 1, 2 }),
        ["immutable list"] = new Sample<ImmutableList<string>>(["a", "b"]),
        ["object"] = new Sample<Order>(Order.OfNumber(1)),
        ["object with nothing in it"] = new Sample<Order>(new Order()),
        ["record"] = new Sample<Person>(new Person("Ada", ["ada@example.org"])),
        ["tuple"] = new Sample<(int Number, List<string> Names)>((1, ["a"])),
        ["public fields"] = new Sample<Fields>(new Fields { Number = 1, Names = ["a"] }),
        ["large value"] = new Sample<List<string>>([.. Enumerable.Range(0, 50_000).Select(static i => $"line {i} of many")]),
        ["circle"] = new Sample<Cycle>(new Cycle()),
        ["object in two places"] = new Sample<Twice>(new Twice()),
        ["object of a derived type"] = new Sample<Owner>(new Owner { Pet = new Dog { Name = "Rex", Tricks = 3 } }),
        ["object of unknown type"] = new Sample<object>(new Order()),
        ["private state"] = new Sample<Secret>(new Secret("hidden")),
        ["function"] = new Sample<Func<int>>(static () => 1),
        ["stream"] = new Sample<Stream>(new MemoryStream([1])),
    };
}

/// <summary>A value and the type as which it is remembered.</summary>
internal abstract class Sample
{
    /// <summary>Whether a cache shares the value, because nobody can change it.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Writes and reads the value.</summary>
    /// <returns>What went wrong; null if it came back as it was.</returns>
    public abstract string? RoundTrip(ICacheSerializer serializer);

    public abstract void Set(ICache cache, string key);

    /// <summary>Whether the cache has the value, and gives it as it was.</summary>
    public abstract bool IsIn(ICache cache, string key);
}

/// <inheritdoc/>
internal sealed class Sample<T>(T value) : Sample
{
    public override bool IsShared => Immutability.Is(value!.GetType());

    public override string? RoundTrip(ICacheSerializer serializer)
    {
        try
        {
            var bytes = new ArrayBufferWriter<byte>();
            serializer.Serialize(bytes, value);
            return ValueFidelity.AreSame(value, serializer.Deserialize<T>(bytes.WrittenMemory)) ? null : "it came back as something else";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.Message;
        }
    }

    public override void Set(ICache cache, string key) => cache.Set(key, value);

    public override bool IsIn(ICache cache, string key)
        => cache.TryGet<T>(key) is { HasValue: true } found && ValueFidelity.AreSame(value, found.Value);
}

/// <summary>An object with others in it, and with members that are not set.</summary>
internal sealed class Order
{
    public int Number { get; set; }

    public string? Customer { get; set; }

    public DateTimeOffset At { get; set; }

    public decimal? Discount { get; set; }

    public List<OrderLine> Lines { get; set; } = [];

    public OrderLine? Largest { get; set; }

    public static Order OfNumber(int number) => new()
    {
        Number = number,
        At = DateTimeOffset.UnixEpoch.AddMinutes(number),
        Lines =
        [
            .. Enumerable.Range(0, 1 + number % 5)
                .Select(static line => new OrderLine { Product = $"product {line}", Price = 1.5m * line }),
        ],
    };
}

internal sealed class OrderLine
{
    public string Product { get; set; } = "";

    public decimal Price { get; set; }
}

internal sealed record Person(string Name, List<string> Addresses);

internal sealed class Fields
{
#pragma warning disable CA1051, MA0016, SA1401 // That they are public fields is the point.
    public int Number;
    public List<string> Names = [];
#pragma warning restore CA1051, MA0016, SA1401
}

internal sealed class Cycle
{
    public Cycle() => Self = this;

    public Cycle Self { get; set; }
}

internal sealed class Twice
{
    public Twice() => Other = One;

    public List<int> One { get; set; } = [1];

    public List<int> Other { get; set; }
}

internal class Animal
{
    public string Name { get; set; } = "";
}

internal sealed class Dog : Animal
{
    public int Tricks { get; set; }
}

internal sealed class Owner
{
    public Animal? Pet { get; set; }
}

internal sealed class Secret(string text)
{
    private string _text = text;

    public string Reveal() => _text;

    public void Change() => _text = "";
}
