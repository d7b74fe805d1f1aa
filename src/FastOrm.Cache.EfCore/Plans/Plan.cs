using System.IO.Hashing;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>What is known of a query shape: EF Core's compiled delegate and how it gets its parameters. Immutable but for what is at hand.</summary>
internal sealed class Plan
{
    private readonly byte[] _names;
    private readonly byte[] _shape;
    private readonly (string Name, int Place)[] _bindings;
    private readonly string? _name;
    private QueryCounters? _counters;

    /// <param name="key">The key under which the plan is found.</param>
    /// <param name="compiled">The delegate, a <c>Func&lt;QueryContext, TResult&gt;</c>.</param>
    /// <param name="facts">What the compilation has shown.</param>
    /// <param name="bindings">Which captured value is which parameter.</param>
    /// <param name="template">Where the values come from, if the query is keyed when it is enumerated.</param>
    /// <param name="isCompiledQuery">Whether it was decided when it was compiled how it is read.</param>
    /// <param name="name">What it is called where people read of it; null for its tables.</param>
    public Plan(
        QueryKey key,
        Delegate compiled,
        QueryFacts facts,
        (string Name, int Place)[] bindings,
        ValueTemplate? template = null,
        bool isCompiledQuery = true,
        string? name = null)
    {
        _name = name;
        Template = template;
        IsCompiledQuery = template is not null && isCompiledQuery;
        _shape = key.Shape.Span.ToArray();
        _names = key.Names.Span.ToArray();
        _bindings = bindings;
        ShapeHash = XxHash3.HashToUInt64(_shape);
        SourceShapeHash = QueryKey.SourceShapeHash(key.SourceShape);
        HasOpaqueShape = key.HasOpaqueShape;
        Compiled = compiled;
        Facts = facts;
    }

    public Delegate Compiled { get; }

    public QueryFacts Facts { get; }

    /// <summary>Where the values of a compiled query come from; null for a query that is keyed before it runs.</summary>
    public ValueTemplate? Template { get; }

    /// <summary>Whether it is a compiled query of the application's, which is read as it was when it was compiled.</summary>
    public bool IsCompiledQuery { get; }

    /// <summary>The canonical bytes of the query without its values.</summary>
    public byte[] ShapeBytes => _shape;

    public ulong ShapeHash { get; }

    /// <summary>Whether a part of the query has no bytes: it is not the only plan of its shape.</summary>
    public bool HasOpaqueShape { get; }

    /// <summary>The hash of the shape of the query without its terminal operator.</summary>
    public ulong SourceShapeHash { get; }

    public int ParameterCount => _bindings.Length;

    /// <summary>The counters of the query in a cache. Those of the first are at hand; of others they are looked for.</summary>
    public QueryCounters CountersIn(QueryRegistry queries)
        => _counters is { } own && ReferenceEquals(own.Owner, queries) ? own : FindCounters(queries);

    public bool IsFor(QueryKey key) => key.Shape.Span.SequenceEqual(_shape) && key.Names.Span.SequenceEqual(_names);

    /// <summary>Gives EF Core its parameters without running its extraction.</summary>
    public void Bind(QueryKey key, RememberedParameters parameters)
    {
        foreach (var (name, place) in _bindings)
        {
            parameters.Add(name, key.Captured[place]);
            if (key.HasCopies)
            {
                parameters.Send(name, key.Captured[place], key.Sent[place]);
            }
        }
    }

    private QueryCounters FindCounters(QueryRegistry queries)
    {
        var found = queries.Of(
            ShapeHash,
            static plan => QueryIdentity.Of(
                plan.ShapeHash, plan.Facts.Tags, [.. plan.Facts.Tables.Select(static read => read.Table.Text).Order(StringComparer.Ordinal)], plan._name),
            this);
        if (_counters is not { Owner.IsOver: false })
        {
            _counters = found;
        }

        return found;
    }

    /// <summary>
    /// Which captured value EF Core has made which parameter, or null when the two walks see different variables: a parameter that
    /// stands for two of them cannot be bound.
    /// </summary>
    public static (string Name, int Place)[]? Bindings(QueryKey raw, QueryKey extracted)
    {
        var bindings = new List<(string Name, int Place)>();
        for (var place = 0; place < raw.Captured.Count; place++)
        {
            var name = extracted.ParameterNames[place];
            var first = raw.Classes[place];
            if (first != place)
            {
                if (extracted.ParameterNames[first] != name)
                {
                    return null;
                }
            }
            else if (bindings.Exists(binding => binding.Name == name))
            {
                return null;
            }
            else
            {
                bindings.Add((name!, place));
            }
        }

        return [.. bindings];
    }
}
