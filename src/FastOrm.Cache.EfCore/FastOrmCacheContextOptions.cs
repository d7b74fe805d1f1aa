using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore;

/// <summary>How one kind of <see cref="DbContext"/> uses its cache. Set in <c>UseFastOrmCache</c>.</summary>
public sealed class FastOrmCacheContextOptions
{
    private readonly List<Func<DbContext, object?>> _varyBy = [];
    private string? _databaseName;

    /// <summary>
    /// The name under which the database is known for invalidation; contexts with one name invalidate each other. Default: what the
    /// connection string says (the full path for SQLite, otherwise the name of the database).
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or white space.</exception>
    public string? DatabaseName
    {
        get => _databaseName;
        set => _databaseName = value is null ? null : Text.Checked(value, "The database name", nameof(DatabaseName));
    }

    /// <summary>
    /// Whether <c>Remember</c> has any effect on these contexts. Writes invalidate in any case. Default <see langword="true"/>.
    /// </summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>
    /// Whether a connection that is open before a remembered query runs is taken to be outside of any transaction that EF Core has not
    /// been told of. Default <see langword="false"/>: such queries go past the cache. SQLite and Npgsql are asked, and
    /// need no trust.
    /// </summary>
    public bool TrustOpenConnections { get; set; }

    internal Action<DbContext, RememberOutcome>? Observer { get; private set; }

    internal IReadOnlyList<Func<DbContext, object?>> Variations => _varyBy;

    /// <summary>
    /// Adds a value to the key of every remembered query. For what changes the rows and is not seen in the query: a setting of the
    /// database session, row-level security. Global query filters need no such value.
    /// </summary>
    /// <param name="value">Called for each execution; must give a number, string, <see cref="Guid"/>, date or another simple value.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheContextOptions VaryBy(Func<DbContext, object?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _varyBy.Add(value);
        return this;
    }

    /// <summary>Sets what is called for each command of a remembered query, after it is known how it is answered.</summary>
    /// <param name="observer">Called on the thread of the query; must be quick and must not throw.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheContextOptions OnRead(Action<DbContext, RememberOutcome> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Observer += observer;
        return this;
    }
}
