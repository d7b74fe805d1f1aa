using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>
/// Makes an expression tree of a term, as a program would: under other names, with other closures and with marks elsewhere for
/// each seed.
/// </summary>
internal sealed class TermBuilder(ThingContext db, Captures captures, Random random)
{
    private static readonly MethodInfo PropertyOf = typeof(EF).GetMethod(nameof(EF.Property))!;
    private static readonly MethodInfo Like = Method(() => EF.Functions.Like("", ""));
    private static readonly ConstructorInfo Row = typeof(ThingRow).GetConstructors()[0];
    private static readonly NewExpression Anonymous
        = (NewExpression)((Expression<Func<object>>)(() => new { Number = 0, Text = "" })).Body;

    private readonly IQueryProvider _provider = ((IQueryable)db.Things).Provider;
    private readonly List<ParameterExpression> _scopes = [];
    private int _names;

    /// <summary>Whether each source is marked with <c>Remember</c>; otherwise a few operators are.</summary>
    public bool? IsMarked { get; init; }

    public Expression Build(Term term) => term.IsQuery ? Query(term) : Scalar(term);

    private Expression Query(Term term)
    {
        var source = term.Parts.Length > 0 ? Mark(Query(term.Parts[0]), IsMarked is null ? null : false) : null;
        return term.Op switch
        {
            "root" => Mark(Root((string)term.Value!), IsMarked),
            "Where" or "All" => Call(term.Op, [typeof(Thing)], source!, Quote(term.Parts[1])),
            "OrderBy" or "OrderByDescending" or "Select"
                => Call(term.Op, [typeof(Thing), term.Parts[1].Type], source!, Quote(term.Parts[1])),
            "Sum" => Call(term.Op, [typeof(Thing)], source!, Quote(term.Parts[1])),
            "Skip" or "Take" or "ElementAtOrDefault" => Call(term.Op, [typeof(Thing)], source!, Scalar(term.Parts[1])),
            "TagWith" or "Include" => Expression.Call(
                typeof(EntityFrameworkQueryableExtensions), term.Op, [typeof(Thing)], source!, Expression.Constant(term.Value)),
            "Concat" or "Union" or "Intersect" or "Except" => Call(term.Op, [typeof(Thing)], source!, Query(term.Parts[1])),
            "Distinct" or "Count" or "LongCount" or "Any" or "First" or "FirstOrDefault"
                => Call(term.Op, [typeof(Thing)], source!),
            "Rows" => Projected(source!, () => Expression.New(Row, Scalar(term.Parts[1]), Scalar(term.Parts[2]))),
            "Anonymous" => Projected(source!, () => Anonymous.Update([Scalar(term.Parts[1]), Scalar(term.Parts[2])])),
            "Init" => Projected(source!, () => Expression.MemberInit(
                Expression.New(typeof(ThingGroup)),
                Expression.Bind(typeof(ThingGroup).GetProperty("Id")!, Scalar(term.Parts[1])),
                Expression.Bind(typeof(ThingGroup).GetProperty("Name")!, Scalar(term.Parts[2])))),
            "Array" => Projected(
                source!, () => Expression.NewArrayInit(typeof(int), Scalar(term.Parts[1]), Scalar(term.Parts[2]))),
            "GroupBy" => Grouped(source!, term.Parts[1]),
            "Join" => Joined(source!),
            "SelectMany" => Call(
                term.Op,
                [typeof(Thing), typeof(Thing)],
                source!,
                Expression.Quote(In(typeof(Func<Thing, IEnumerable<Thing>>), Things))),
            "AsSplitQuery" or "AsSingleQuery"
                => Expression.Call(typeof(RelationalQueryableExtensions), term.Op, [typeof(Thing)], source!),
            _ => Expression.Call(typeof(EntityFrameworkQueryableExtensions), term.Op, [typeof(Thing)], source!),
        };
    }

    private Expression Scalar(Term term) => term.Op switch
    {
        "constant" => Expression.Constant(term.Value, term.Type),
        "captured" => captures.Of(term.Value, term.Type),
        "column" => Path(_scopes[^1], term),
        "outer" => Path(_scopes[0], term),
        "self" => _scopes[^1],
        "property" => Expression.Call(PropertyOf.MakeGenericMethod(term.Type), _scopes[^1], Expression.Constant(term.Value)),
        "!" or "~x" => Expression.Not(Scalar(term.Parts[0])),
        "-x" => Expression.Negate(Scalar(term.Parts[0])),
        "cast" => Expression.Convert(Scalar(term.Parts[0]), term.Type),
        "?:" => Expression.Condition(Scalar(term.Parts[0]), Scalar(term.Parts[1]), Scalar(term.Parts[2])),
        "Length" => Expression.Property(Scalar(term.Parts[0]), nameof(string.Length)),
        "Like" => Expression.Call(
            Like, Expression.Property(null, typeof(EF), nameof(EF.Functions)), Scalar(term.Parts[0]), Scalar(term.Parts[1])),
        "StartsWith" or "EndsWith" or "Contains" => Expression.Call(
            Scalar(term.Parts[0]), typeof(string).GetMethod(term.Op, [typeof(string)])!, Scalar(term.Parts[1])),
        "In" => ContainsCalls.Of(Scalar(term.Parts[0]), Scalar(term.Parts[1]), random),
        "any" => Expression.Call(typeof(Enumerable), "Any", [typeof(Thing)], Things(_scopes[^1]), Lambda(term.Parts[0])),
        "exists" => Call("Any", [typeof(Thing)], db.Things.AsQueryable().Expression, Quote(term.Parts[0])),
        _ => Expression.MakeBinary(Operator(term.Op), Scalar(term.Parts[0]), Scalar(term.Parts[1])),
    };

    private static ExpressionType Operator(string op) => op switch
    {
        "==" => ExpressionType.Equal,
        "!=" => ExpressionType.NotEqual,
        "<" => ExpressionType.LessThan,
        "<=" => ExpressionType.LessThanOrEqual,
        ">" => ExpressionType.GreaterThan,
        ">=" => ExpressionType.GreaterThanOrEqual,
        "&&" => ExpressionType.AndAlso,
        "||" => ExpressionType.OrElse,
        "??" => ExpressionType.Coalesce,
        "+" => ExpressionType.Add,
        "-" => ExpressionType.Subtract,
        "*" => ExpressionType.Multiply,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "No such operator."),
    };

    private Expression Root(string root) => root switch
    {
        "things" => db.Things.AsQueryable().Expression,
        "specials" => db.Set<SpecialThing>().AsQueryable().Expression,
        _ => db.Things.FromSqlRaw(root).Expression,
    };

    // Without an order to do it or not, by chance.
    private Expression Mark(Expression query, bool? mark)
        => mark ?? random.Next(4) == 0
            ? _provider.CreateQuery<Thing>(query).Remember(TimeSpan.FromMinutes(1 + random.Next(9))).Expression
            : query;

    private MethodCallExpression Projected(Expression source, Func<Expression> body)
    {
        var selector = In(null, _ => body());
        return Call("Select", [typeof(Thing), selector.ReturnType], source, Expression.Quote(selector));
    }

    private MethodCallExpression Grouped(Expression source, Term key)
    {
        var groups = Call("GroupBy", [typeof(Thing), typeof(int)], source, Quote(key));
        var group = Expression.Parameter(typeof(IGrouping<int, Thing>), Name());
        var pair = Expression.New(
            typeof(KeyValuePair<int, int>).GetConstructor([typeof(int), typeof(int)])!,
            Expression.Property(group, "Key"),
            Expression.Call(typeof(Enumerable), "Count", [typeof(Thing)], group));
        return Call("Select", [group.Type, pair.Type], groups, Expression.Quote(Expression.Lambda(pair, group)));
    }

    private MethodCallExpression Joined(Expression source)
    {
        var (thing, group) = (Expression.Parameter(typeof(Thing), Name()), Expression.Parameter(typeof(ThingGroup), Name()));
        var (outer, inner) = (Expression.Parameter(typeof(Thing), Name()), Expression.Parameter(typeof(ThingGroup), Name()));
        var row = Expression.New(Row, Expression.Property(thing, "Id"), Expression.Property(group, "Name"));
        return Call(
            "Join",
            [typeof(Thing), typeof(ThingGroup), typeof(int), typeof(ThingRow)],
            source,
            db.Groups.AsQueryable().Expression,
            Expression.Quote(Expression.Lambda(Expression.Property(outer, "GroupId"), outer)),
            Expression.Quote(Expression.Lambda(Expression.Property(inner, "Id"), inner)),
            Expression.Quote(Expression.Lambda(row, thing, group)));
    }

    private static MemberExpression Things(Expression thing)
        => Expression.Property(Expression.Property(thing, "Group"), "Things");

    private static Expression Path(Expression thing, Term column)
        => ((string)column.Value!).Split('.').Aggregate(thing, Expression.Property);

    private UnaryExpression Quote(Term body) => Expression.Quote(Lambda(body));

    private LambdaExpression Lambda(Term body) => In(null, _ => Scalar(body));

    private LambdaExpression In(Type? type, Func<Expression, Expression> body)
    {
        var thing = Expression.Parameter(typeof(Thing), Name());
        _scopes.Add(thing);
        var expression = body(thing);
        _scopes.Remove(thing);
        return type is null ? Expression.Lambda(expression, thing) : Expression.Lambda(type, expression, thing);
    }

    // Nested ones may be the same, as in trees made by hand; but EF Core alone would confuse them.
    private string Name()
    {
        var name = "abcdexyz"[random.Next(8)];
        return IsMarked == false ? $"{name}{_names++}" : $"{name}";
    }

    private static MethodCallExpression Call(string method, Type[] types, params Expression[] arguments)
        => Expression.Call(typeof(Queryable), method, types, arguments);

    private static MethodInfo Method(Expression<Func<bool>> call) => ((MethodCallExpression)call.Body).Method;
}
