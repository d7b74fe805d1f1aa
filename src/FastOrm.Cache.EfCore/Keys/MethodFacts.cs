using System.Reflection;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>What the key of a query needs to know of a method, found out once.</summary>
internal sealed class MethodFacts : StableId.Entry
{
    private readonly ulong _notParameterized;

    public MethodFacts(MethodInfo method, UInt128 id)
        : base(method, id)
    {
        Method = method;
        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length && i < 64; i++)
        {
            if (parameters[i].IsDefined(typeof(NotParameterizedAttribute)))
            {
                _notParameterized |= 1UL << i;
            }
        }

        IsRemember = RememberNode.IsRemember(method);
        SpanContainsTwin = FindSpanContainsTwin(method);
        IsTerminal = method.DeclaringType == typeof(Queryable) && !typeof(IQueryable).IsAssignableFrom(method.ReturnType);
    }

    private MethodFacts(MethodFacts original, MethodInfo twin)
        : base(twin, original.Id)
    {
        Method = twin;
        _notParameterized = original._notParameterized;
        IsRemember = original.IsRemember;
        SpanContainsTwin = original.SpanContainsTwin;
        IsTerminal = original.IsTerminal;
    }

    public MethodInfo Method { get; }

    /// <summary>Whether this is one of ours, which is no part of the query.</summary>
    public bool IsRemember { get; }

    /// <summary>Whether the method ends a query: <c>First</c>, <c>Count</c>, <c>Sum</c> …</summary>
    public bool IsTerminal { get; }

    /// <summary>
    /// For <c>MemoryExtensions.Contains</c>, which C# 14 prefers for arrays: the <c>Enumerable.Contains</c> that EF Core makes of it.
    /// </summary>
    public MethodFacts? SpanContainsTwin { get; }

    /// <summary>Whether EF Core keeps this argument as a constant of the query instead of making it a parameter.</summary>
    public bool IsNotParameterized(int argument) => argument < 64 && (_notParameterized >> argument & 1) != 0;

    public override StableId.Entry For(object twin) => new MethodFacts(this, (MethodInfo)twin);

    private static MethodFacts? FindSpanContainsTwin(MethodInfo method)
    {
        // There is one for texts, too, which is not generic.
        if (method.DeclaringType != typeof(MemoryExtensions) || method.Name != nameof(MemoryExtensions.Contains) || !method.IsGenericMethod)
        {
            return null;
        }

        var contains = typeof(Enumerable).GetMethods()
            .Single(candidate => candidate.Name == nameof(Enumerable.Contains) && candidate.GetParameters().Length == 2);
        return StableId.Of(contains.MakeGenericMethod(method.GetGenericArguments()[0]));
    }
}
