using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Values of the user's own types: classes behind converters, structs with bytes in them, complex values.</summary>
public sealed class ConvertedValueTests : IDisposable
{
    private readonly TestDatabase<ThingsContext> _database = new(static options => new ThingsContext(options), ThingsContext.Seed);

    private static readonly Dictionary<string, Func<IQueryable<Thing>, int, IQueryable<Thing>>> Queries = new(StringComparer.Ordinal)
    {
        ["class key"] = static (things, i) => ByKey(things, new ClassKey { Value = i }),
        ["struct with bytes"] = static (things, i) => ByBytes(things, new BytesKey([(byte)i])),
        ["value that is a sequence"] = static (things, i) => ByLetters(things, new LettersKey($"{i}{i}")),
        ["list of class keys"] = static (things, i) => ByKeys(things, [new ClassKey { Value = i }]),
        ["complex value"] = static (things, i) => ByAddress(things, New(i)),
        ["nested complex value"] = static (things, i) => ByStreet(things, New(i).Street),
        ["complex value written into the query"] = static (things, i)
            => things.Where(t => t.Address.Street == new Street { Name = "street", Number = i }),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_values_share_rows_and_others_do_not(string name)
    {
        var query = Queries[name];
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var i in new[] { 1, 2 })
            {
                AssertRuns(things => query(things, i), commands);
            }
        }

        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    [Fact]
    public void A_value_that_is_changed_in_place_is_another()
    {
        var key = new ClassKey { Value = 1 };
        var bytes = new BytesKey([1]);
        var address = New(1);
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var i in new[] { 1, 2 })
            {
                key.Value = address.Street.Number = bytes.Value[0] = (byte)i;
                AssertRuns(things => ByKey(things, key), commands);
                AssertRuns(things => ByBytes(things, bytes), commands);
                AssertRuns(things => ByStreet(things, address.Street), commands);
            }
        }
    }

    [Fact]
    public void A_value_that_is_changed_while_the_query_runs_spoils_nothing()
    {
        var key = new ClassKey { Value = 1 };
        var bytes = new BytesKey([1]);
        _database.Sql.BeforeRead = _ => key.Value = bytes.Value[0] = 2;
        _database.Count(db => ByKey(db.Things, key).Remember().Select(t => t.Number).ToList());
        key.Value = bytes.Value[0] = 1;
        _database.Count(db => ByBytes(db.Things, bytes).Remember().Select(t => t.Number).ToList());
        _database.Sql.BeforeRead = null;

        Assert.Equal(1, _database.Cache.Statistics.Bypasses["value changed meanwhile"]);
        AssertRuns(things => ByKey(things, key), commands: 1);
        key.Value = bytes.Value[0] = 1;
        AssertRuns(things => ByKey(things, key), commands: 1);
        AssertRuns(things => ByBytes(things, bytes), commands: 0); // A copy was sent, as it was keyed.
    }

    [Fact]
    public async Task Asynchronous_runs_share_the_rows_of_synchronous_ones()
    {
        AssertRuns(static things => ByKey(things, new ClassKey { Value = 3 }), commands: 1);
        var (things, commands) = await _database.CountAsync(static db => ByKey(db.Things, new ClassKey { Value = 3 }).Remember().Select(t => t.Number).ToListAsync());

        Assert.Equal([3], things);
        Assert.Equal(0, commands);
    }

    public void Dispose() => _database.Dispose();

    private static Address New(int i) => new() { City = $"city {i}", Street = new Street { Name = "street", Number = i } };

    private static IQueryable<Thing> ByKey(IQueryable<Thing> things, ClassKey key) => things.Where(t => t.Id.Equals(key));

    private static IQueryable<Thing> ByKeys(IQueryable<Thing> things, List<ClassKey> keys) => things.Where(t => keys.Contains(t.Id));

    private static IQueryable<Thing> ByBytes(IQueryable<Thing> things, BytesKey bytes) => things.Where(t => t.Bytes == bytes);

    private static IQueryable<Thing> ByLetters(IQueryable<Thing> things, LettersKey letters) => things.Where(t => t.Letters == letters);

    private static IQueryable<Thing> ByAddress(IQueryable<Thing> things, Address address) => things.Where(t => t.Address == address);

    private static IQueryable<Thing> ByStreet(IQueryable<Thing> things, Street street) => things.Where(t => t.Address.Street == street);

    private void AssertRuns(Func<IQueryable<Thing>, IQueryable<Thing>> query, int commands)
    {
        using var plain = _database.NewPlain();
        var (numbers, sent) = _database.Count(db => query(db.Things).Remember().Select(t => t.Number).ToList());

        Assert.Equal(query(plain.Things).Select(t => t.Number).ToList(), numbers);
        Assert.Equal(commands, sent);
    }
}
