using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>A table with one column of a type, and a cache of its own.</summary>
internal sealed class ValueTable<T> : IDisposable
{
    private readonly ValueDatabase _database;
    private readonly string _name;
    private readonly Action<PropertyBuilder<T>>? _map;
    private readonly DbContextOptions _options;

    public ValueTable(ValueDatabase database, string name, Action<PropertyBuilder<T>>? map)
    {
        _database = database;
        _name = name;
        _map = map;
        _options = new DbContextOptionsBuilder(database.Options).AddInterceptors(Sql).UseFastOrmCache(Cache).Options;
    }

    public ICache Cache { get; } = FastCache.Create();

    public SqlCounter Sql { get; } = new();

    public ValueContext<T> New() => new(_options, _name, _map);

    public ValueContext<T> NewPlain() => new(_database.Options, _name, _map);

    /// <summary>Creates the table with a row for each value.</summary>
    public void Write(T[] values)
    {
        using var db = NewPlain();
        var script = db.Database.GenerateCreateScript(); // An enum of the database stands before each table.
        db.Database.ExecuteSqlRaw(script[script.IndexOf("CREATE TABLE", StringComparison.Ordinal)..]);
        db.AddRange(values.Select(static (value, i) => new ValueRow<T> { Id = i + 1, Value = value }));
        db.SaveChanges();
    }

    public void Dispose() => Cache.Dispose();
}

/// <summary>Tells the models of contexts apart that are of one type and have each a table of their own.</summary>
internal sealed class OneModelForEachTable : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) => (context.GetType(), ((IValueContext)context).Table, designTime);
}

internal interface IValueContext
{
    string Table { get; }
}

internal sealed class ValueContext<T>(DbContextOptions options, string table, Action<PropertyBuilder<T>>? map)
    : DbContext(options), IValueContext
{
    public string Table => table;

    public DbSet<ValueRow<T>> Rows => Set<ValueRow<T>>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var row = modelBuilder.Entity<ValueRow<T>>().ToTable(table);
        row.Property(static r => r.Id).ValueGeneratedNever();
        var value = row.Property(static r => r.Value);
        map?.Invoke(value);
        if (default(T) is null)
        {
            value.IsRequired(false);
        }
    }
}

internal sealed class ValueRow<T>
{
    public int Id { get; set; }

    public T Value { get; set; } = default!;
}
