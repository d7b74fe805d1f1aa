namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Queries that differ from another in one thing: an operator, an operand, an order, a type, a value, a root.</summary>
internal static class TermChanges
{
    public static IEnumerable<Term> Of(Term term) => Here(term).Concat(Below(term));

    private static IEnumerable<Term> Below(Term term)
    {
        for (var i = 0; i < term.Parts.Length; i++)
        {
            foreach (var changed in Of(term.Parts[i]))
            {
                yield return term.With(i, changed);
            }
        }
    }

    private static IEnumerable<Term> Here(Term term)
        => Ops.Others(term).Select(op => term with { Op = op })
            .Concat(Values(term))
            .Concat(Types(term))
            .Concat(Structure(term));

    private static IEnumerable<Term> Values(Term term)
    {
        object?[] others = term.Op switch
        {
            "constant" or "captured" => Pools.Values[term.Type],
            "column" or "outer" => Pools.ColumnsOf(term.Type),
            "root" => Pools.Roots,
            "TagWith" => Pools.Tags,
            "Include" => Pools.Includes,
            "property" => ["Number", "GroupId", "Id"],
            _ => [],
        };
        return others.Where(value => Bits.Of(value) != Bits.Of(term.Value)).Select(value => term with { Value = value });
    }

    // The same comparison, of other types or of nullables.
    private static IEnumerable<Term> Types(Term term)
    {
        if (!Ops.Order.Contains(term.Op)
            || term.Parts[0].Type is not { IsValueType: true } type
            || Nullable.GetUnderlyingType(type) is not null)
        {
            yield break;
        }

        yield return Cast(typeof(Nullable<>).MakeGenericType(type));
        if (type == typeof(int))
        {
            yield return Cast(typeof(long));
        }

        Term Cast(Type to)
            => term with { Parts = [.. term.Parts.Select(part => new Term("cast", to, null, part))] };
    }

    private static IEnumerable<Term> Structure(Term term)
    {
        if (term.Parts is [var left, var right] && left.Type == right.Type && term.Op is not "In")
        {
            yield return term with { Parts = [right, left] };
        }

        if (term.Op is "!" || (term.IsQuery && term.Parts.Length > 0))
        {
            yield return term.Parts[0];
        }

        switch (term.Op)
        {
            case "column":
                yield return new Term("?:", term.Type, null, new Term("column", typeof(bool), "IsOpen"), term, term);
                break;
            case "Where":
                yield return term.With(1, new Term("!", typeof(bool), null, term.Parts[1]));
                break;
            case "OrderBy" or "Take":
                yield return term.With(0, new Term("Distinct", term.Type, null, term.Parts[0]));
                break;
            case "root":
                yield return new Term("AsNoTracking", term.Type, null, term);
                yield return new Term("Where", term.Type, null, term, new Term("column", typeof(bool), "IsOpen"));
                yield return new Term("Concat", term.Type, null, term, term);
                break;
            case "?:":
                yield return term with { Parts = [term.Parts[0], term.Parts[2], term.Parts[1]] };
                break;
        }
    }
}
