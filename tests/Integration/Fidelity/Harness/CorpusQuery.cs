using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>One query of the corpus: what it is called, where it runs, and how.</summary>
internal abstract class CorpusQuery(string feature, string name)
{
    private readonly HashSet<Provider> _throwsOn = [];

    /// <summary>The area of EF Core that it belongs to.</summary>
    public string Feature => feature;

    /// <summary>What it is called within its area.</summary>
    public string Name => name;

    /// <summary>What it is called in the whole corpus.</summary>
    public string Id => $"{feature}: {name}";

    /// <summary>The only provider that it runs on, or null for all.</summary>
    public Provider? OnlyProvider { get; private set; }

    /// <summary>Why it runs on one provider only.</summary>
    public string? OnlyBecause { get; private set; }

    /// <summary>Whether the result is empty on purpose; otherwise an empty one is a mistake in the corpus.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>
    /// The commands that it sends besides the remembered ones, on purpose, as lazy loading does: in a new context, and in one that tracks
    /// some of the entities.
    /// </summary>
    public (int New, int Prepared) OtherCommands { get; private set; }

    /// <summary>The type of the context.</summary>
    public abstract Type ContextType { get; }

    /// <summary>A new context over the given options.</summary>
    public abstract CorpusContext NewContext(DbContextOptions options);

    /// <summary>Adds what the feature wants of the options, remembered or not.</summary>
    public abstract void Configure(DbContextOptionsBuilder options);

    /// <summary>Equal for queries whose contexts have the same options.</summary>
    public abstract object SetUp { get; }

    /// <summary>Executes the query and gives what it returns.</summary>
    public abstract Task<object?> ExecuteAsync(CorpusContext db, Run run);

    public bool RunsOn(Provider provider) => OnlyProvider is null || OnlyProvider == provider;

    public bool ThrowsOn(Provider provider) => _throwsOn.Contains(provider);

    /// <summary>Says that it runs on one provider only.</summary>
    public CorpusQuery Only(Provider provider, string because)
    {
        (OnlyProvider, OnlyBecause) = (provider, because);
        return this;
    }

    /// <summary>Says that EF Core throws on a provider, or on all: then so must the remembered query.</summary>
    public CorpusQuery Throws(Provider? provider = null)
    {
        _throwsOn.UnionWith(provider is { } one ? [one] : Enum.GetValues<Provider>());
        return this;
    }

    /// <summary>Says that the result is empty.</summary>
    public CorpusQuery Empty()
    {
        IsEmpty = true;
        return this;
    }

    /// <summary>Says how many commands it sends that are not remembered.</summary>
    public CorpusQuery AlsoSends(int commands, int? prepared = null)
    {
        OtherCommands = (commands, prepared ?? commands);
        return this;
    }
}

/// <summary>A query over one type of context.</summary>
internal sealed class CorpusQuery<TContext>(Feature<TContext> feature, string name, Func<TContext, Run, Task<object?>> execute)
    : CorpusQuery(feature.Name, name)
    where TContext : CorpusContext
{
    public override Type ContextType => typeof(TContext);

    public override CorpusContext NewContext(DbContextOptions options) => feature.NewContext(options);

    public override void Configure(DbContextOptionsBuilder options) => feature.Configure(options);

    public override object SetUp => feature.SetUp;

    public override Task<object?> ExecuteAsync(CorpusContext db, Run run) => execute((TContext)db, run);
}
