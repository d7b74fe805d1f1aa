using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Whatever a list of values comes in: equal ones share rows, others never do, and nothing goes past the cache.</summary>
public sealed class CollectionKindTests : KeyTest
{
    private static readonly Dictionary<string, Func<int[], IEnumerable<int>>> Kinds = new(StringComparer.Ordinal)
    {
        ["array"] = static ids => ids,
        ["list"] = static ids => new List<int>(ids),
        ["set"] = static ids => new HashSet<int>(ids),
        ["sorted set"] = static ids => new SortedSet<int>(ids),
        ["queue"] = static ids => new Queue<int>(ids),
        ["stack"] = static ids => new Stack<int>(ids),
        ["linked list"] = static ids => new LinkedList<int>(ids),
        ["collection"] = static ids => new Collection<int>([.. ids]),
        ["observable collection"] = static ids => new ObservableCollection<int>(ids),
        ["read-only collection"] = static ids => new ReadOnlyCollection<int>([.. ids]),
        ["read-only set"] = static ids => new ReadOnlySet<int>(new HashSet<int>(ids)),
        ["segment"] = static ids => new ArraySegment<int>([0, .. ids], 1, ids.Length),
        ["immutable array"] = static ids => ImmutableArray.Create(ids),
        ["immutable list"] = static ids => ImmutableList.Create(ids),
        ["immutable set"] = static ids => ImmutableHashSet.Create(ids),
        ["immutable queue"] = static ids => ImmutableQueue.Create(ids),
        ["frozen set"] = static ids => ids.ToFrozenSet(),
        ["keys"] = static ids => ids.ToDictionary(static id => id, static id => id).Keys,
        ["values"] = static ids => ids.ToDictionary(static id => id, static id => id).Values,
        ["keys of a sorted dictionary"] = static ids => new SortedDictionary<int, int>(ids.ToDictionary(static id => id)).Keys,
        ["collection expression"] = static ids => [.. ids],
        ["short collection expression"] = static ids => ids.Length == 1 ? [ids[0]] : [ids[0], ids[1]],
        ["derived list"] = static ids => new OwnList(ids),
        ["select"] = static ids => ids.Select(static id => id),
        ["where"] = static ids => new List<int>(ids).Where(static id => id > 0),
        ["order"] = static ids => ids.OrderDescending(),
        ["skip and take"] = static ids => new List<int>(ids).Skip(0).Take(5),
        ["range"] = static ids => Enumerable.Range(ids[0], ids.Length),
        ["iterator"] = Iterator,
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_items_are_one_query_and_others_are_another(string kind)
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, db => Query(db, kind, 1, 2));
            AssertCommands(commands, db => Query(db, kind, 2, 3));
            AssertCommands(commands, db => Query(db, kind, 3));
        }

        Assert.Empty(Shop.Cache.Statistics.Bypasses);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_a_projection_it_is_the_caller_s_own_on_a_hit_too(string kind)
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            var ids = Kinds[kind]([1, 2]);

            var (row, sent) = Shop.Count(db => db.Products.Where(p => p.Id == 1).Select(p => new { p.Id, Ids = Held(ids) }).Remember(Ttl).Single());

            Assert.Same(ids, row.Ids);
            Assert.Equal(commands, sent);
        }
    }

    // EF Core sends a list that stands there by itself to the database and back.
    private static object Held(object value) => value;

    private static IQueryable<Product> Query(ShopContext db, string kind, params int[] items)
    {
        var ids = Kinds[kind](items);
        return db.Products.Where(p => ids.Contains(p.Id));
    }

    private static IEnumerable<int> Iterator(int[] ids)
    {
        foreach (var id in ids)
        {
            yield return id;
        }
    }

    private sealed class OwnList(IEnumerable<int> items) : List<int>(items);
}
