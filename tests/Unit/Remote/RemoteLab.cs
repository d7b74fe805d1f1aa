using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Several nodes with one tier, one database (a dictionary), and one clock that the test moves.</summary>
internal sealed class RemoteLab : IDisposable
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly List<CacheEngine> _nodes = [];
    private readonly Action<FastOrmCacheOptions>? _configure;

    public RemoteLab(int nodes = 2, Action<FastOrmCacheOptions>? configure = null)
    {
        _configure = configure;
        Tier = new InMemoryRemoteStore(Time);
        for (var i = 0; i < nodes; i++)
        {
            Start();
        }
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryRemoteStore Tier { get; }

    public CacheEngine A => _nodes[0];

    public CacheEngine B => _nodes[1];

    /// <summary>How often a loader has run.</summary>
    public int Loads { get; private set; }

    /// <summary>What the loaders read.</summary>
    public int Source { get; set; } = 1;

    public CacheEngine Start()
    {
        var node = (CacheEngine)FastCache.Create(options =>
        {
            options.TimeProvider = Time;
            options.UseRemoteTier(_ => new InMemoryRemoteTier(Tier));
            _configure?.Invoke(options);
        });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Remembers what the source has, and waits until the tier has it too.</summary>
    public async Task<int> Remember(CacheEngine node, string key = "k", CacheEntryOptions? options = null, params string[] tags)
    {
        var value = await node.RememberAsync(key, options ?? Minute, _ => Load(), default, tags);
        await Settle();
        return value;
    }

    public Task<int> Load()
    {
        Loads++;
        return Task.FromResult(Source);
    }

    /// <summary>Until all nodes have stored and sent what they have to.</summary>
    public async Task Settle()
    {
        foreach (var node in _nodes)
        {
            await node.Remote!.DrainAsync();
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }
    }
}
