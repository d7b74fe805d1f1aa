using FastOrm.Cache.EfCore;
using WebShop.Data;

namespace WebShop.Cost;

/// <summary>One read of a page: what it is called, and how each of its commands was answered. Thread-safe.</summary>
/// <param name="label">What the page asked for, in the words of the shop.</param>
/// <param name="explain">Asks the cache about the same query, on a context of the caller's; null where that cannot be asked.</param>
public sealed class PageRead(string label, Func<ShopContext, Task<string>>? explain = null)
{
    private const int MaxSqlLength = 4_000;
    private const int MaxCommands = 20;

    private readonly Lock _lock = new();
    private readonly List<RememberOutcome> _outcomes = [];
    private readonly List<string> _sql = [];

    public string Label { get; } = label;

    public Func<ShopContext, Task<string>>? Explain { get; } = explain;

    /// <summary>How its remembered commands were answered; empty if none was.</summary>
    public RememberOutcome[] Outcomes
    {
        get
        {
            lock (_lock)
            {
                return [.. _outcomes];
            }
        }
    }

    /// <summary>The text of the commands that the database ran for it, without values; the first of them only where there are many.</summary>
    public string[] Sql
    {
        get
        {
            lock (_lock)
            {
                return [.. _sql];
            }
        }
    }

    internal void Add(RememberOutcome outcome)
    {
        lock (_lock)
        {
            if (_outcomes.Count < MaxCommands)
            {
                _outcomes.Add(outcome);
            }
        }
    }

    internal void Add(string sql)
    {
        lock (_lock)
        {
            if (_sql.Count < MaxCommands)
            {
                _sql.Add(sql.Length <= MaxSqlLength ? sql : $"{sql.AsSpan(0, MaxSqlLength)} …");
            }
        }
    }
}
