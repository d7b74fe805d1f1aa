using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Net;
using FastOrm.Cache.EfCore.Keys;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class FreezeTests
{
    [Fact]
    public void An_array_is_copied_with_its_type()
    {
        var array = new uint[] { 1, 2 };

        var frozen = ValueWriter.Freeze(array);
        array[0] = 9;

        Assert.IsType<uint[]>(frozen);
        Assert.Equal([1u, 2u], (uint[])frozen);
    }

    [Fact]
    public void Bytes_are_copied()
    {
        byte[] bytes = [1];

        var frozen = (byte[])ValueWriter.Freeze(bytes)!;
        bytes[0] = 2;

        Assert.Equal([1], frozen);
    }

    [Fact]
    public void An_address_with_a_scope_is_copied()
    {
        var address = new IPAddress(IPAddress.IPv6Loopback.GetAddressBytes(), 1);

        var frozen = (IPAddress)ValueWriter.Freeze(address)!;
        address.ScopeId = 2;

        Assert.Equal(1, frozen.ScopeId);
    }

    [Fact]
    public void A_list_is_copied_with_its_null_items()
    {
        var list = new List<int?> { 1, null };

        var frozen = ValueWriter.Freeze(list);
        list.Add(3);

        Assert.Equal([1, null], Assert.IsType<List<int?>>(frozen));
    }

    [Fact]
    public void A_set_is_copied_with_its_comparer()
    {
        var set = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" };

        var frozen = Assert.IsType<HashSet<string>>(ValueWriter.Freeze(set));
        set.Clear();

        Assert.Contains("A", frozen);
    }

    [Fact]
    public void What_is_immutable_is_not_copied()
    {
        Assert.All(
            new object[] { "text", 1, Guid.Empty, ImmutableArray.Create(1), ImmutableList.Create(1), ImmutableHashSet.Create(1) },
            value => Assert.Same(value, ValueWriter.Freeze(value)));
        Assert.Null(ValueWriter.Freeze(null));
    }

    [Fact]
    public void Arrays_and_lists_inside_others_are_copied_too()
    {
        var inner = new byte[] { 1 };
        var innerList = new List<int> { 1 };

        var frozen = (byte[][])ValueWriter.Freeze(new[] { inner })!;
        var frozenList = (List<List<int>>)ValueWriter.Freeze(new List<List<int>> { innerList })!;
        inner[0] = 2;
        innerList.Add(2);

        Assert.Equal([1], frozen[0]);
        Assert.Equal([1], frozenList[0]);
    }

    [Fact]
    public void Every_collection_is_copied_with_its_type_its_order_and_its_comparer()
    {
        var queue = new Queue<int>([1, 2, 3]);
        var stack = new Stack<int>([1, 2, 3]);
        var linked = new LinkedList<int>([1, 2, 3]);
        var sorted = new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { "b", "a" };
        var dictionary = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 };
        var wrapped = new List<int> { 1, 2 };
        int[] array = [1, 2, 3];
        var grid = new int[,] { { 1, 2 } };
        var bits = new BitArray([true, false]);
        object?[] frozen =
        [
            .. new object[]
            {
                queue, stack, linked, sorted, dictionary, new ReadOnlyCollection<int>(wrapped), new ArraySegment<int>(array, 1, 2), grid, bits,
            }.Select(ValueWriter.Freeze),
        ];
        queue.Clear();
        stack.Clear();
        linked.Clear();
        sorted.Clear();
        dictionary.Clear();
        wrapped.Clear();
        array[1] = 9;
        grid[0, 0] = 9;
        bits[0] = false;

        Assert.Equal([1, 2, 3], Assert.IsType<Queue<int>>(frozen[0]));
        Assert.Equal([3, 2, 1], Assert.IsType<Stack<int>>(frozen[1]));
        Assert.Equal([1, 2, 3], Assert.IsType<LinkedList<int>>(frozen[2]));
        Assert.Equal(["a", "b"], Assert.IsType<SortedSet<string>>(frozen[3]));
        Assert.Contains("A", (SortedSet<string>)frozen[3]!);
        Assert.Equal(1, Assert.IsType<Dictionary<string, int>>(frozen[4])["A"]);
        Assert.Equal([1, 2], Assert.IsType<ReadOnlyCollection<int>>(frozen[5]));
        Assert.Equal([2, 3], Assert.IsType<ArraySegment<int>>(frozen[6]));
        Assert.Equal(1, Assert.IsType<int[,]>(frozen[7])[0, 0]);
        Assert.True(Assert.IsType<BitArray>(frozen[8])[0]);
    }

    [Fact]
    public void What_is_in_structs_tuples_and_anonymous_objects_is_copied_too()
    {
        byte[] bytes = [1];
        var list = new List<int> { 1 };

        var pair = ((int, byte[]))ValueWriter.Freeze((1, bytes))!;
        var tuple = (Tuple<int, List<int>>)ValueWriter.Freeze(Tuple.Create(1, list))!;
        var anonymous = Frozen(new { Bytes = bytes, List = list });
        var memory = (Memory<byte>)ValueWriter.Freeze(bytes.AsMemory())!;
        bytes[0] = 2;
        list.Add(2);

        Assert.Equal([1], pair.Item2);
        Assert.Equal([1], tuple.Item2);
        Assert.Equal([1], anonymous.Bytes);
        Assert.Equal([1], anonymous.List);
        Assert.Equal(1, memory.Span[0]);

        static T Frozen<T>(T value) => (T)ValueWriter.Freeze(value)!;
    }

    [Fact]
    public void What_holds_only_immutable_values_is_not_copied()
        => Assert.All(
            new object[]
            {
                (1, "a"), Tuple.Create(1, "a"), new { A = 1 }, IPAddress.Loopback, new Version(1, 0), ImmutableQueue.Create(1),
                new[] { 1 }.ToFrozenSet(), 1..2, new Uri("https://a/"),
            },
            value => Assert.Same(value, ValueWriter.Freeze(value)));
}
