using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Keys and columns of every type of whole number, with the values at its ends.</summary>
public abstract class NumberTypeTests : IDisposable
{
    private readonly TestDatabase<NumbersContext> _database;

    protected NumberTypeTests(Provider provider)
        => _database = new TestDatabase<NumbersContext>(static options => new NumbersContext(options), static db =>
        {
            db.Fill((sbyte)1, sbyte.MaxValue, sbyte.MinValue);
            db.Fill((byte)1, byte.MaxValue, byte.MinValue);
            db.Fill((short)1, short.MaxValue, short.MinValue);
            db.Fill((ushort)1, ushort.MaxValue, ushort.MinValue);
            db.Fill(1, int.MaxValue, int.MinValue);
            db.Fill(1U, uint.MaxValue, uint.MinValue);
            db.Fill(1L, long.MaxValue, long.MinValue);
            db.Fill(1UL, ulong.MaxValue, (ulong)long.MaxValue + 1);
            db.Fill(Guid.Empty, new Guid(1, 2, 3, new byte[8]), new Guid(1, 2, 4, new byte[8]));
            db.SaveChanges();
        }, provider: provider);

    [Fact]
    public void Each_type_and_value_is_seen()
    {
        Check((sbyte)1, sbyte.MaxValue, sbyte.MinValue);
        Check((byte)1, byte.MaxValue, byte.MinValue);
        Check((short)1, short.MaxValue, short.MinValue);
        Check((ushort)1, ushort.MaxValue, ushort.MinValue);
        Check(1, int.MaxValue, int.MinValue);
        Check(1U, uint.MaxValue, uint.MinValue);
        Check(1L, long.MaxValue, long.MinValue);
        Check(1UL, ulong.MaxValue, (ulong)long.MaxValue + 1);
        Check(Guid.Empty, new Guid(1, 2, 3, new byte[8]), new Guid(1, 2, 4, new byte[8]));
    }

    public void Dispose() => _database.Dispose();

    private void Check<T>(params T[] values)
        where T : struct
    {
        for (var i = 0; i < values.Length; i++)
        {
            var (value, next) = (values[i], values[(i + 1) % values.Length]);
            string Point(NumbersContext db) => db.Set<Numbered<T>>().Where(Is<T>(nameof(Numbered<T>.Id), value)).Remember().Single().Text;
            string List(NumbersContext db) => db.Set<Numbered<T>>().Where(Is<T>(nameof(Numbered<T>.Value), value)).Remember().ToList().Select(n => $"{n.Id} {n.Text}").Sorted();
            Numbered<T> Row(NumbersContext db, T id) => db.Set<Numbered<T>>().Where(Is<T>(nameof(Numbered<T>.Id), id)).Single();

            _database.AssertDies(Point, db => Row(db, value).Text += "x");
            _database.AssertDies(List, db => Row(db, value).Text += "x");
            _database.AssertDies(List, db => Row(db, next).Value = value);
            _database.AssertDies(List, db => Row(db, next).Text += "x");
            _database.AssertDies(List, db => Row(db, next).Value = next);
            if (_database.Provider == Provider.Sqlite || typeof(T) != typeof(ulong))
            {
                _database.AssertSurvives(Point, db => Row(db, next).Text += "x");
                _database.AssertSurvives(List, db => Row(db, next).Text += "x");
            }
        }
    }

    // As the compiler would capture a variable: what the query compares with is a parameter.
    private static Expression<Func<Numbered<T>, bool>> Is<T>(string property, T value)
        where T : struct
    {
        var captured = new StrongBox<T> { Value = value };
        var row = Expression.Parameter(typeof(Numbered<T>));
        return Expression.Lambda<Func<Numbered<T>, bool>>(
            Expression.Equal(Expression.Property(row, property), Expression.Field(Expression.Constant(captured), nameof(captured.Value))), row);
    }

    private sealed class StrongBox<T>
    {
        public T Value = default!;
    }
}

public sealed class SqliteNumberTypeTests() : NumberTypeTests(Provider.Sqlite);

public sealed class PostgresNumberTypeTests() : NumberTypeTests(Provider.PostgreSql);

public class NumbersContext(DbContextOptions options) : DbContext(options)
{
    public void Fill<T>(params T[] values)
        where T : struct
        => AddRange(values.Select(static value => new Numbered<T> { Id = value, Value = value, Text = $"{value}" }));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Map<sbyte>();
        Map<byte>();
        Map<short>();
        Map<ushort>();
        Map<int>();
        Map<uint>();
        Map<long>();
        Map<ulong>();
        Map<Guid>();

        void Map<T>()
            where T : struct
            => modelBuilder.Entity<Numbered<T>>().ToTable(typeof(T).Name).Property(n => n.Id).ValueGeneratedNever();
    }
}

public class Numbered<T>
    where T : struct
{
    public T Id { get; set; }

    public T Value { get; set; }

    public string Text { get; set; } = "";
}
