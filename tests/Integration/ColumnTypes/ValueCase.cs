using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>A type of column, with values to write into it.</summary>
internal abstract class ValueCase
{
    /// <summary>Why a query that reads the column is not remembered, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Checks that the column is read from the cache exactly, and that what was read can be changed without harm.</summary>
    public abstract Task CheckAsync(ValueDatabase database, string name);
}

/// <summary>A column of a CLR type.</summary>
/// <param name="map">Maps the column, if it is not as EF Core maps the type by itself.</param>
/// <param name="values">What is written into it.</param>
internal sealed class ValueCase<T>(Action<PropertyBuilder<T>>? map, params T[] values) : ValueCase
{
    public override async Task CheckAsync(ValueDatabase database, string name)
    {
        using var table = new ValueTable<T>(database, $"column of {name}", map);
        table.Write(values);

        await CheckAsync(table, static rows => rows.OrderBy(row => row.Id));
        await CheckAsync(table, static rows => rows.OrderBy(row => row.Id).Select(row => row.Value));
    }

    private async Task CheckAsync<TItem>(ValueTable<T> table, Func<IQueryable<ValueRow<T>>, IQueryable<TItem>> query)
    {
        using var plain = table.NewPlain();
        using var cold = table.New();
        using var hit = table.New();
        using var hitAsync = table.New();
        var expected = ValueText.Of(query(plain.Rows).ToList());

        var first = query(cold.Rows.Remember(Proof.Minute)).ToList();
        Assert.Equal(expected, ValueText.Of(first));
        Assert.Equal(plain.ChangeTracker.HasChanges(), cold.ChangeTracker.HasChanges());
        Spoiler.Spoil(first);

        var commands = table.Sql.Count;
        var second = query(hit.Rows.Remember(Proof.Minute)).ToList();
        Assert.Equal(expected, ValueText.Of(second));
        Assert.Equal(plain.ChangeTracker.HasChanges(), hit.ChangeTracker.HasChanges());
        Spoiler.Spoil(second);

        Assert.Equal(expected, ValueText.Of(await query(hitAsync.Rows.Remember(Proof.Minute)).ToListAsync()));
        Assert.Equal(Refusal is null ? 0 : 2, table.Sql.Count - commands);
        Assert.Equal(Refusal is null ? [] : [Refusal], table.Cache.Statistics.Bypasses.Keys);
    }
}
