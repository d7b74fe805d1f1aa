using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Writes the keys of queries in both ways, without running them.</summary>
internal sealed class KeyLab : IDisposable
{
    private readonly ICache _cache = FastCache.Create();

    public KeyLab()
    {
        Shop = new KeyShop(new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:").UseFastOrmCache(_cache).Options);
        Session = Shop.GetService<RememberSession>();
    }

    public KeyShop Shop { get; }

    public RememberSession Session { get; }

    public IModel Model => Session.Model;

    /// <summary>The query with a terminal operator.</summary>
    public static Expression End<T>(IQueryable<T> source, string terminal)
        => Expression.Call(typeof(Queryable), terminal, [typeof(T)], source.Expression);

    /// <summary>The query with a terminal operator that takes an argument.</summary>
    public static Expression End<T>(IQueryable<T> source, string terminal, Expression argument)
        => Expression.Call(typeof(Queryable), terminal, [typeof(T)], source.Expression, argument);

    /// <summary>The key of the tree as it was built, or null when it cannot be written without EF Core.</summary>
    public QueryKey? Raw(Expression query)
    {
        var key = Header();
        return ExpressionKeyWriter.TryWriteRaw(key, Model, query) ? key : null;
    }

    /// <summary>The key of what EF Core has extracted. Check <see cref="QueryKey.Refusal"/>.</summary>
    public QueryKey Extracted(Expression query)
    {
        var key = Header();
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        var extracted = Session.Extract(query, parameters);
        Assert.Equal(ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, parameters), key.Refusal is null);
        return key;
    }

    public QueryKey Extracted(IQueryable query) => Extracted(query.Expression);

    /// <summary>The bytes of one value, or null when it is refused.</summary>
    public byte[]? Bytes(object? value)
    {
        var buffer = new KeyBuffer();
        return ValueWriter.TryWrite(buffer, value, Model) ? buffer.Span.ToArray() : null;
    }

    public void Dispose()
    {
        Shop.Dispose();
        _cache.Dispose();
    }

    private QueryKey Header()
    {
        var key = new QueryKey();
        Assert.True(Session.TryWriteHeader<object>(key, new RememberOptions(), async: false));
        return key;
    }
}
