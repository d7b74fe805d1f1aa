using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Values that query filters read from the context belong to the key, each of them with all its bits.</summary>
public sealed class FilterValuePropertyTests : IDisposable
{
    private static readonly int Pairs = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 20_000 : 2_000;

    private readonly TestDatabase<FilterContext> _database = new(static options => new FilterContext(options));

    [Fact]
    public void Two_contexts_share_rows_only_where_all_their_values_are_equal()
    {
        var (equal, different) = (0, 0);
        Prop.ForAll(Arb.From(Values), values =>
        {
            _database.Cache.ClearAsync().AsTask().Wait();
            var isSame = values.First.IsSameAs(values.Second);
            Assert.Equal((1, isSame ? 0 : 1), (Run(values.First), Run(values.Second)));
            _ = isSame ? equal++ : different++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Pairs).WithReplay(7, 9));

        Assert.True(equal > Pairs / 10 && different > Pairs / 4, $"{equal} pairs were equal, {different} differed");
        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    public void Dispose() => _database.Dispose();

    private static Gen<(FilterValues First, FilterValues Second)> Values
        => from first in One
            from second in One
            from replaced in Gen.Choose(0, 6) // The second is the first but for one value, or for none.
            select (first, first.With(replaced, second));

    private static Gen<FilterValues> One
        => from number in Gen.Elements<int?>(null, 0, 1, -1)
            from text in Gen.Elements(null, "", "a", "A", "a ")
            from flag in Gen.Elements(true, false)
            from list in Gen.Elements<int[]>([], [1], [1, 2], [2, 1], [1, 1])
            from moment in Gen.Choose(0, 3)
            select new FilterValues(number, text, flag, [.. list], new DateTime(2026, 1, 1, 0, 0, 0, (DateTimeKind)(moment % 3)).AddTicks(moment / 3));

    private int Run(FilterValues values)
        => _database.Count(db =>
        {
            db.Values = values;
            return db.Things.Remember().ToList();
        }).Commands;

    public sealed record FilterValues(int? Number, string? Text, bool Flag, List<int> Ids, DateTime Moment)
    {
        public bool IsSameAs(FilterValues other)
            => (Number, Text, Flag, Moment, Moment.Kind) == (other.Number, other.Text, other.Flag, other.Moment, other.Moment.Kind)
                && Ids.SequenceEqual(other.Ids);

        public FilterValues With(int place, FilterValues other) => place switch
        {
            0 => this with { Number = other.Number },
            1 => this with { Text = other.Text },
            2 => this with { Flag = other.Flag },
            3 => this with { Ids = other.Ids },
            4 => this with { Moment = other.Moment },
            _ => this with { Ids = [.. Ids] },
        };
    }

    public sealed class FilterContext(DbContextOptions options) : DbContext(options)
    {
        public FilterValues Values { get; set; } = new(null, null, false, [], default);

        public DbSet<Thing> Things => Set<Thing>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Thing>().HasQueryFilter(thing
                => (thing.Number == Values.Number || thing.Text == Values.Text) && thing.Flag == Values.Flag
                    && !Values.Ids.Contains(thing.Id) && thing.Moment < Values.Moment);
    }

    public sealed class Thing
    {
        public int Id { get; set; }

        public int? Number { get; set; }

        public string? Text { get; set; }

        public bool Flag { get; set; }

        public DateTime Moment { get; set; }
    }
}
