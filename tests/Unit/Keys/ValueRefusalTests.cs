using System.Collections;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq.Expressions;
using System.Text;
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
        ["a read-only collection"] = static () => new ReadOnlyCollection<int>([1]),
        ["a dictionary"] = static () => new Dictionary<int, int>(),
        ["an immutable dictionary"] = static () => ImmutableDictionary<int, int>.Empty,
        ["a queue"] = static () => new Queue<int>(),
        ["a list without types"] = static () => new ArrayList { 1 },
        ["an array segment"] = static () => new ArraySegment<int>([1]),
        ["a memory"] = static () => new[] { 1 }.AsMemory(),
        ["an array of two dimensions"] = static () => new int[1, 1],
        ["an array that begins at one"] = static () => Array.CreateInstance(typeof(int), [2], [1]),
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
        ["a URI"] = static () => new Uri("https://example.org"),
        ["a cancellation token"] = static () => new CancellationTokenSource().Token,
        ["a native integer"] = static () => (nint)1,
        ["an empty struct"] = static () => default(Empty),
        ["a struct with an object in it"] = static () => new KeyValuePair<string, object>("a", new object()),
        ["a struct with a list in it"] = static () => (1, new List<int>()),
        ["an entity without a key"] = static () => new KeyView { Id = 1 },
        ["an entity whose key is a shadow property"] = static () => new KeyShadow(),
        ["a class that is no entity"] = static () => new KeyRow(1, "a"),
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

    private readonly struct Empty;

    private sealed class OwnList : List<int>;

    private sealed class Explosive : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => throw new InvalidOperationException("It was enumerated.");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
