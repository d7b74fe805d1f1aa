using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Engine;

/// <summary>The loads of values that the current flow of execution is within, so that a loader that asks for its own key is found.</summary>
internal sealed class LoadChain
{
    private static readonly AsyncLocal<LoadChain?> Current = new();

    private readonly Load _load;
    private readonly LoadTable _table;
    private readonly LoadChain? _outer;

    private LoadChain(LoadTable table, Load load, LoadChain? outer) => (_table, _load, _outer) = (table, load, outer);

    /// <summary>Whether this flow is within a load of the key, by whatever way.</summary>
    public static bool IsWithin(LoadTable table, in LocalCacheKey key)
    {
        for (var chain = Current.Value; chain is not null; chain = chain._outer)
        {
            if (ReferenceEquals(chain._table, table) && !chain._load.IsFinished && chain._load.Key.Equals(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The rest of the flow is within the load. Called within an asynchronous method, it ends with that.</summary>
    public static void Enter(LoadTable table, Load load) => Current.Value = new LoadChain(table, load, Current.Value);
}
