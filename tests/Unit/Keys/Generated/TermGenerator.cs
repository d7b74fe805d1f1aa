namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Makes up queries that have a meaning, from a source of chance.</summary>
internal sealed class TermGenerator(Random random)
{
    private static readonly Type Source = typeof(IQueryable<Thing>);
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Steps
        = ["Where", "Where", "Where", "Distinct", "TagWith", "Include", .. Ops.Directions, .. Ops.Paging, .. Ops.Switches];

    private static readonly string[] Endings
        = ["", "", "", "Select", "Array", "GroupBy", "Join", "SelectMany", "All", "Sum", "ElementAtOrDefault",
            .. Ops.Pairs, .. Ops.Terminals];

    private int _depth;

    /// <param name="size">From 0 for the smallest to 100.</param>
    public Term Query(int size)
    {
        var source = Things(size, steps: random.Next(0, 2 + size / 20));
        var ending = Pick(Endings);
        return ending switch
        {
            "" => source,
            "Select" => New(ending, Source, null, source, Scalar(Pick(Pools.Columns).Type, 1)),
            "All" => New(ending, Source, null, source, Predicate(2)),
            "Sum" => New(ending, Source, null, source, Scalar(typeof(int), 1)),
            "ElementAtOrDefault" => New(ending, Source, null, Step(source, "OrderBy", 0), Literal(typeof(int))),
            "GroupBy" => New(ending, Source, null, source, Scalar(typeof(int), 1)),
            "Rows" or "Anonymous" or "Init"
                => New(ending, Source, null, source, Scalar(typeof(int), 1), Scalar(typeof(string), 1)),
            "Array" => New(ending, Source, null, source, Scalar(typeof(int), 1), Scalar(typeof(int), 0)),
            _ => New(ending, Source, null, source),
        };
    }

    private Term Things(int size, int steps)
    {
        var query = New("root", Source, Pick(Pools.Roots));
        for (var i = 0; i < steps; i++)
        {
            query = Step(query, Pick(Steps), 1 + size / 40);
        }

        return random.Next(8) == 0 && size > 10
            ? New(Pick(Ops.Sets), Source, null, query, Things(size / 3, steps: random.Next(2)))
            : query;
    }

    private Term Step(Term query, string step, int depth) => step switch
    {
        "Where" => New(step, Source, null, query, Predicate(depth)),
        "OrderBy" or "OrderByDescending" => New(step, Source, null, query, Column(Pick(["Id", "Number"]), typeof(int))),
        "Skip" or "Take" => New(step, Source, null, query, New(Pick(["constant", "captured"]), typeof(int), random.Next(5))),
        "TagWith" => New(step, Source, Pick(Pools.Tags), query),
        "Include" => New(step, Source, Pick(Pools.Includes), query),
        _ => New(step, Source, null, query),
    };

    private Term Predicate(int depth)
    {
        switch (random.Next(depth > 0 ? 13 : 4))
        {
            case 4 or 5:
                return New(Pick(Ops.Logic), typeof(bool), null, Predicate(depth - 1), Predicate(depth - 1));
            case 6:
                return New("!", typeof(bool), null, Predicate(depth - 1));
            case 7 or 8:
                var (list, item) = Pick(Pools.Lists);
                return New("In", typeof(bool), null, Literal(list), Scalar(item, 0));
            case 9:
                return New(Pick(Ops.Texts), typeof(bool), null, Column(typeof(string)), Literal(typeof(string)));
            case 10 when _depth == 0:
                return Nested(Pick(["any", "exists"]), depth);
            case 11:
                return New("?:", typeof(bool), null, Predicate(depth - 1), Predicate(0), Predicate(0));
            case 12:
                return New(Pick(["==", "!="]), typeof(bool), null, New("self", typeof(Thing), null), Literal(typeof(Thing)));
            default:
                return Comparison(depth);
        }
    }

    private Term Nested(string op, int depth)
    {
        _depth++;
        var predicate = Predicate(depth - 1);
        _depth--;
        return New(op, typeof(bool), null, predicate);
    }

    private Term Comparison(int depth)
    {
        var type = Pick(Pools.Columns).Type;
        var comparison = Ops.IsOrdered(type) ? Pick(Comparisons) : Pick(["==", "!="]);
        var (left, right) = (Scalar(type, depth - 1), random.Next(4) == 0 ? Scalar(type, depth - 1) : Literal(type));
        return random.Next(6) == 0
            ? New(comparison, typeof(bool), null, right, left)
            : New(comparison, typeof(bool), null, left, right);
    }

    private Term Scalar(Type type, int depth)
    {
        var choice = random.Next(depth > 0 ? 13 : 6);
        switch (choice)
        {
            case 6 when type == typeof(int) || type == typeof(long):
                return New(Pick(Ops.Arithmetic), type, null, Scalar(type, depth - 1), Scalar(type, depth - 1));
            case 7 when type == typeof(int):
                return New("??", type, null, Scalar(typeof(int?), 0), Scalar(type, 0));
            case 7 when type == typeof(string):
                return New("??", type, null, Column(type), Scalar(type, 0));
            case 8 when type == typeof(long) || type == typeof(int?) || type == typeof(double):
                return New("cast", type, null, Scalar(typeof(int), depth - 1));
            case 9:
                return New("?:", type, null, Predicate(0), Scalar(type, 0), Scalar(type, 0));
            case 10 when type == typeof(int):
                return New("Length", type, null, Column(typeof(string)));
            case 11 when type == typeof(int):
                return New("property", type, Pick(["Number", "GroupId"]));
            case 12 when type == typeof(int) || type == typeof(long):
                return New(Pick(Ops.Signs), type, null, Scalar(type, depth - 1));
            case 0 or 1:
                return Literal(type);
            default:
                return Pools.ColumnsOf(type).Length > 0 ? Column(type) : Literal(type);
        }
    }

    private Term Column(Type type) => Column(Pick(Pools.ColumnsOf(type)), type);

    // Inside of a nested query some are columns of the outer one.
    private Term Column(string name, Type type) => New(_depth > 0 && random.Next(3) == 0 ? "outer" : "column", type, name);

    private Term Literal(Type type)
        => New(random.Next(4) == 0 && type != typeof(Thing) ? "constant" : "captured", type, Pick(Pools.Values[type]));

    private static Term New(string op, Type type, object? value, params Term[] parts) => new(op, type, value, parts);

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
