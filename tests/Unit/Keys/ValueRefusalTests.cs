using System.Collections;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class ValueRefusalTests : IDisposable
{
    private static readonly Dictionary<string, Func<object>> Cases = new(StringComparer.Ordinal)
    {
        ["an iterator"] = Iterator,
        ["a LINQ query"] = static () => Enumerable.Range(0, 3).Select(static number => number + 1),
        ["an enumerable of the user's"] = static () => new Explosive(),
        ["a class derived from List"] = static () => new OwnList(),
        ["a collection"] = static () => new Collection<int> { 1 },
        ["a read-only collection over one of the user's"] = static () => new ReadOnlyCollection<int>(new OwnList()),
        ["a read-only collection over such a one"] = static () => new ReadOnlyCollection<int>(new ReadOnlyCollection<int>(new OwnList())),
        ["the keys of a dictionary"] = static () => new Dictionary<int, int> { [1] = 2 }.Keys,
        ["a dictionary of lists"] = static () => new Dictionary<int, List<int>>(),
        ["a set of arrays"] = static () => new HashSet<byte[]>(),
        ["a queue of arrays"] = static () => new Queue<int[]>(),
        ["an immutable list of lists"] = static () => ImmutableList.Create(new List<int>()),
        ["an array segment without array"] = static () => default(ArraySegment<int>),
        ["an array of two dimensions of arrays"] = static () => new int[1, 1][],
        ["a range of numbers"] = static () => Enumerable.Range(0, int.MaxValue),
        ["a list without types"] = static () => new ArrayList { 1 },
        ["a default immutable array"] = static () => default(ImmutableArray<int>),
        ["an object"] = static () => new object(),
        ["a service"] = static () => new HttpMessageInvoker(new HttpClientHandler()),
        ["a delegate"] = static () => new Func<int>(static () => 1),
        ["an expression"] = static () => Expression.Constant(1),
        ["a query"] = static () => new[] { 1 }.AsQueryable(),
        ["a task"] = static () => Task.CompletedTask,
        ["a stream"] = static () => new MemoryStream(),
        ["a string builder"] = static () => new StringBuilder(),
        ["a culture"] = static () => CultureInfo.InvariantCulture,
        ["a cancellation token"] = static () => new CancellationTokenSource().Token,
        ["a native integer"] = static () => (nint)1,
        ["an empty struct"] = static () => default(Empty),
        ["a struct of many items in one field"] = static () => default(Buffer),
        ["a struct with such a struct in it"] = static () => (1, default(Buffer)),
        ["a struct with a fixed buffer in it"] = static () => default(FixedBuffer),
        ["a struct that is an enumerable"] = static () => default(Enumerated),
        ["an address of a derived class"] = static () => new OwnUri("https://example.org"),
        ["a document that is closed"] = static () => Closed(),
        ["a tuple of the user's"] = static () => new OwnTuple(),
        ["a tuple with an object in it"] = static () => Tuple.Create(1, new object()),
        ["an anonymous object with an object in it"] = static () => new { A = 1, B = new object() },
        ["a record"] = static () => new KeyRow(1, "a"),
        ["a struct with an object in it"] = static () => new KeyValuePair<string, object>("a", new object()),
        ["an entity without a key"] = static () => new KeyView { Id = 1 },
        ["an entity whose key is a shadow property"] = static () => new KeyShadow(),
        ["a class that is no entity"] = static () => new StringReader("a"),
        ["a list with one of these in it"] = static () => new List<object> { 1, new() },
        ["an array of enumerables of the user's"] = static () => new[] { new Explosive() },
    };

    private readonly KeyLab _lab = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_cannot_be_written_exactly_is_refused_and_never_enumerated(string name)
    {
        var value = Cases[name]();

        Assert.Null(_lab.Bytes(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Freezing_enumerates_nothing_that_is_refused(string name)
    {
        var value = Cases[name]();

        Assert.NotNull(ValueWriter.Freeze(value));
    }

    public void Dispose() => _lab.Dispose();

    private static IEnumerable<int> Iterator()
    {
        yield return Fail();

        static int Fail() => throw new InvalidOperationException("The iterator was started.");
    }

    private static JsonDocument Closed()
    {
        var document = JsonDocument.Parse("1");
        document.Dispose();
        return document;
    }

    private readonly struct Empty;

    [InlineArray(4)]
    private struct Buffer
    {
        private int _first;
    }

    // As the compiler marks the type of a fixed buffer.
    [UnsafeValueType]
    private readonly record struct FixedBuffer(int First);

    private readonly struct Enumerated(int first) : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => throw new InvalidOperationException($"It was enumerated, and begins with {first}.");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class OwnUri(string text) : Uri(text);

    private sealed class OwnTuple : ITuple
    {
        public int Length => 1;

        public object this[int index] => throw new InvalidOperationException("It was read.");
    }

    private sealed class OwnList : List<int>;

    private sealed class Explosive : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => throw new InvalidOperationException("It was enumerated.");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
