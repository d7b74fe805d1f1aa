using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Writes the keys of queries over <see cref="KeyShop"/>.</summary>
internal sealed class KeyLab() : KeyLab<KeyShop>(static options => new KeyShop(options))
{
    public KeyShop Shop => Context;

    /// <summary>The query with a terminal operator.</summary>
    public static Expression End<T>(IQueryable<T> source, string terminal)
        => Expression.Call(typeof(Queryable), terminal, [typeof(T)], source.Expression);

    /// <summary>The query with a terminal operator that takes an argument.</summary>
    public static Expression End<T>(IQueryable<T> source, string terminal, Expression argument)
        => Expression.Call(typeof(Queryable), terminal, [typeof(T)], source.Expression, argument);
}

/// <summary>Writes the keys of queries in both ways, without running them.</summary>
internal class KeyLab<TContext> : IDisposable
    where TContext : DbContext
{
    private readonly ICache _cache = FastCache.Create();

    public KeyLab(Func<DbContextOptions, TContext> create, Action<FastOrmCacheContextOptions>? configure = null)
    {
        var options = new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:").UseFastOrmCache(_cache, configure);
        Context = create(options.Options);
        Session = Context.GetService<RememberSession>();
    }

    public TContext Context { get; }

    public RememberSession Session { get; }

    public IModel Model => Session.Model;

    /// <summary>The key of the tree as it was built, or null when it cannot be written without EF Core.</summary>
    public QueryKey? Raw(Expression query, RememberOptions? options = null)
    {
        var key = Header(options, async: false);
        return ExpressionKeyWriter.TryWriteRaw(key, Model, query) ? key : null;
    }

    /// <summary>The key of what EF Core has extracted. Check <see cref="QueryKey.Refusal"/>.</summary>
    public QueryKey Extracted(Expression query) => Extracted(query, out _, out _);

    public QueryKey Extracted(IQueryable query) => Extracted(query.Expression);

    /// <summary>The key of what EF Core has extracted, with all that it was written from.</summary>
    public QueryKey Extracted(
        Expression query,
        out Expression extracted,
        out Dictionary<string, object?> parameters,
        RememberOptions? options = null,
        bool async = false)
    {
        var key = Header(options, async);
        parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        extracted = Session.Extract(query, parameters);
        Assert.Equal(ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, parameters), key.Refusal is null);
        return key;
    }

    /// <summary>The bytes of one value, or null when it is refused.</summary>
    public byte[]? Bytes(object? value)
    {
        var buffer = new KeyBuffer();
        return ValueWriter.TryWrite(buffer, value, Model) ? buffer.Span.ToArray() : null;
    }

    public void Dispose()
    {
        Context.Dispose();
        _cache.Dispose();
        GC.SuppressFinalize(this);
    }

    private QueryKey Header(RememberOptions? options, bool async)
    {
        var key = new QueryKey();
        options ??= new RememberOptions();
        Assert.True(async
            ? Session.TryWriteHeader<Task<object>>(key, options, async)
            : Session.TryWriteHeader<object>(key, options, async));
        return key;
    }
}
