using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using FastOrm.Cache.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Configuration;

/// <summary>Makes the registered caches, each when it is first asked for, and disposes those it has made.</summary>
internal sealed class CacheProvider : ICacheProvider, IDisposable
{
    private readonly IOptionsMonitor<FastOrmCacheOptions> _options;
    private readonly ILoggerFactory? _logging;
    private readonly IMeterFactory? _meters;
    private readonly FrozenDictionary<string, Lazy<CacheEngine>> _caches;

    public CacheProvider(
        IOptions<CacheNames> names, IOptionsMonitor<FastOrmCacheOptions> options, ILoggerFactory? logging = null, IMeterFactory? meters = null)
    {
        (_options, _logging, _meters) = (options, logging, meters);
        var registered = names.Value.ByOptions;
        Validate(registered.Keys, names.Value.Violations());
        Names = [.. registered.Values];
        _caches = registered.ToFrozenDictionary(
            static cache => cache.Key,
            cache => new Lazy<CacheEngine>(() => Create(cache.Value, cache.Key)),
            StringComparer.Ordinal);
    }

    public IReadOnlyCollection<string> Names { get; }

    public ICache Get(string name = CacheNames.Default) => GetEngine(name);

    public CacheEngine GetEngine(string name)
    {
        Keys.Text.Checked(name, "The name of a cache");
        return _caches.TryGetValue(CacheNames.OptionsOf(name), out var cache)
            ? cache.Value
            : throw new InvalidOperationException(
                $"There is no cache named \"{name}\". {CacheNames.Remedy(name, Names)}");
    }

    public void Dispose()
    {
        foreach (var cache in _caches.Values.Where(static cache => cache.IsValueCreated))
        {
            cache.Value.Dispose();
        }
    }

    // All of them at once: a wrong setting is not found only when its cache is first used.
    private void Validate(IEnumerable<string> names, IEnumerable<string> violations)
    {
        List<string> failures = [.. violations];
        foreach (var name in names)
        {
            try
            {
                _options.Get(name);
            }
            catch (OptionsValidationException exception)
            {
                failures.AddRange(exception.Failures);
            }
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(CacheNames.Default, typeof(FastOrmCacheOptions), failures);
        }
    }

    private CacheEngine Create(string name, string optionsName)
    {
        var options = _options.Get(optionsName);
        options.LoggerFactory ??= _logging;
        options.MeterFactory ??= _meters;
        var cache = new CacheEngine(name, options);
        if (optionsName == Options.DefaultName)
        {
            FastCache.SetDefault(cache);
        }

        return cache;
    }
}
