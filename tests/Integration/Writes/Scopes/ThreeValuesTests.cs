using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Conditions on columns that may be null, with the nulls of C# and with those of the database.</summary>
public abstract class ThreeValuesTests : IDisposable
{
    private readonly TestDatabase<ItemContext> _database;

    protected ThreeValuesTests(Provider provider, Action<DbContextOptionsBuilder>? configure = null)
        => _database = new TestDatabase<ItemContext>(static options => new ItemContext(options), ItemContext.Seed, provider: provider, configure: configure);

    public static TheoryData<string, Func<ItemContext, string>> ByFlag { get; } = new()
    {
        { "true", db => Text(db.Items.Where(i => i.IsHot == true)) },
        { "false", db => Text(db.Items.Where(i => i.IsHot == false)) },
        { "null", db => Text(db.Items.Where(i => i.IsHot == null)) },
        { "not true", db => Text(db.Items.Where(i => i.IsHot != true)) },
        { "not false", db => Text(db.Items.Where(i => i.IsHot != false)) },
        { "not (true)", db => Text(db.Items.Where(i => !(i.IsHot == true))) },
        { "the value", db => Text(db.Items.Where(i => i.IsHot!.Value)) },
        { "not the value", db => Text(db.Items.Where(i => !i.IsHot!.Value)) },
        { "has one that is not", db => Text(db.Items.Where(i => i.IsHot.HasValue && !i.IsHot.Value)) },
        { "or false", db => Text(db.Items.Where(i => i.IsHot ?? false)) },
        { "not (or false)", db => Text(db.Items.Where(i => !(i.IsHot ?? false))) },
        { "a parameter that is true", db => Flag(db, true) },
        { "a parameter that is false", db => Flag(db, false) },
        { "a parameter that is null", db => Flag(db, null) },
        { "not a parameter", db => NotFlag(db, true) },
        { "equal to another column", db => Text(db.Items.Where(i => i.IsHot == i.IsHidden)) },
    };

    public static TheoryData<string, Func<ItemContext, string>> ByNumber { get; } = new()
    {
        { "one", db => Text(db.Items.Where(i => i.OwnerId == 1)) },
        { "not one", db => Text(db.Items.Where(i => i.OwnerId != 1)) },
        { "not (one)", db => Text(db.Items.Where(i => !(i.OwnerId == 1))) },
        { "one or null", db => Text(db.Items.Where(i => i.OwnerId == 1 || i.OwnerId == null)) },
        { "or zero", db => Text(db.Items.Where(i => (i.OwnerId ?? 0) == 0)) },
        { "the value", db => Text(db.Items.Where(i => i.OwnerId!.Value == 1)) },
        { "a parameter", db => Number(db, 1) },
        { "a parameter that is null", db => Number(db, null) },
        { "a parameter of a longer type", db => LongNumber(db, 1L) },
        { "one of several", db => OneOf(db, [1, null]) },
    };

    [Theory]
    [MemberData(nameof(ByFlag))]
    public void A_flag_that_goes_through_all_its_values_is_seen_in_each(string condition, Func<ItemContext, string> read)
    {
        Assert.NotEmpty(condition);
        foreach (var value in new bool?[] { null, false, true, false, null, true })
        {
            _database.Warm(read);
            _database.Save(db => db.Items.Single(i => i.Id == 8).IsHot = value);
            _database.AssertExact(read);
            _database.Warm(read);
            _database.Save(db => db.Add(new Item { ShelfId = 3, IsHot = value }));
            _database.AssertExact(read);
        }
    }

    [Theory]
    [MemberData(nameof(ByNumber))]
    public void A_number_that_goes_through_its_values_is_seen_in_each(string condition, Func<ItemContext, string> read)
    {
        Assert.NotEmpty(condition);
        foreach (var value in new int?[] { 1, null, 2, null, 1, 2 })
        {
            _database.Warm(read);
            _database.Save(db => db.Items.Single(i => i.Id == 8).OwnerId = value);
            _database.AssertExact(read);
            _database.Warm(read);
            _database.Save(db => db.Add(new Item { ShelfId = 3, OwnerId = value }));
            _database.AssertExact(read);
        }
    }

    public void Dispose() => _database.Dispose();

    private static string Flag(ItemContext db, bool? flag) => Text(db.Items.Where(i => i.IsHot == flag));

    private static string NotFlag(ItemContext db, bool? flag) => Text(db.Items.Where(i => i.IsHot != flag));

    private static string Number(ItemContext db, int? number) => Text(db.Items.Where(i => i.OwnerId == number));

    private static string LongNumber(ItemContext db, long number) => Text(db.Items.Where(i => i.OwnerId == number));

    private static string OneOf(ItemContext db, List<int?> numbers) => Text(db.Items.Where(i => numbers.Contains(i.OwnerId)));

    private static string Text(IQueryable<Item> items) => items.Remember().ToList().Sorted();
}

public sealed class SqliteThreeValuesTests() : ThreeValuesTests(Provider.Sqlite);

public sealed class PostgresThreeValuesTests() : ThreeValuesTests(Provider.PostgreSql);

public sealed class RelationalNullsTests() : ThreeValuesTests(
    Provider.Sqlite, static options => new SqliteDbContextOptionsBuilder(options).UseRelationalNulls());
