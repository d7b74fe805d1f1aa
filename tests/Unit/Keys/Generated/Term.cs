namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>
/// A query or a part of one, as data: what <see cref="TermBuilder"/> makes an expression tree of. Two equal terms are one query,
/// however its variables and lambda parameters are called.
/// </summary>
/// <param name="Op">What it does: the name of an operator, <c>column</c>, <c>constant</c>, <c>captured</c> …</param>
/// <param name="Type">The type of a scalar; that of a sequence of things for a query.</param>
/// <param name="Value">The value of a literal, the name of a column, the text of a tag.</param>
/// <param name="Parts">What it is applied to.</param>
internal sealed record Term(string Op, Type Type, object? Value, params Term[] Parts)
{
    public bool IsQuery => Type == typeof(IQueryable<Thing>);

    /// <summary>The term with another part.</summary>
    public Term With(int index, Term part)
    {
        var parts = (Term[])Parts.Clone();
        parts[index] = part;
        return this with { Parts = parts };
    }

    /// <summary>Smaller terms that may still show the same failure.</summary>
    public IEnumerable<Term> Smaller()
    {
        foreach (var part in Parts.Where(part => part.Type == Type))
        {
            yield return part;
        }

        for (var i = 0; i < Parts.Length; i++)
        {
            foreach (var smaller in Parts[i].Smaller())
            {
                yield return With(i, smaller);
            }
        }
    }

    public override string ToString()
    {
        var value = Op is "constant" or "captured" ? Bits.Of(Value) : Value;
        return Parts.Length == 0 ? $"{Op} {value}".Trim() : $"({Op} {value} {string.Join<Term>(' ', Parts)})";
    }
}
