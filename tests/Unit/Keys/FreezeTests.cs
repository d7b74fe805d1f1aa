using System.Collections.Immutable;
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
}
