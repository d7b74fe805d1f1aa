using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Writes the canonical bytes of an expression tree into a <see cref="QueryKey"/>.</summary>
/// <remarks>
/// <para>
/// It walks two kinds of trees with the same result. An extracted tree, from which EF Core has taken the captured values, is the
/// truth: what EF made of the query is what is keyed. The tree as the user built it is the short cut: where every captured value is
/// a plain chain of members, the walk reads it and writes what EF's extraction would have led to. A plan is found by that short cut
/// only after both walks have given the same bytes once.
/// </para>
/// <para>
/// Layout of the shape: a byte for the node, then what tells such nodes apart, then its children. Lambda parameters are written by
/// position, so their names do not matter. The marks of <c>Remember</c> are left out.
/// </para>
/// </remarks>
internal ref partial struct ExpressionKeyWriter
{
    // Node bytes are part of the key format: a new node takes a new number.
    private const byte Nothing = 0;
    private const byte Call = 1;
    private const byte Value = 2;
    private const byte Constant = 3;
    private const byte Lambda = 4;
    private const byte Parameter = 5;
    private const byte Unary = 6;
    private const byte Binary = 7;
    private const byte Member = 8;
    private const byte New = 9;
    private const byte MemberInit = 10;
    private const byte NewArray = 11;
    private const byte Conditional = 12;
    private const byte TypeIs = 13;
    private const byte Invoke = 14;
    private const byte Default = 15;
    private const byte Index = 16;
    private const byte ListInit = 17;
    private const byte Root = 18;
    private const byte SqlRoot = 19;
    private const byte ScalarSqlRoot = 20;
    private const byte FunctionRoot = 21;
    private const byte Terminal = 22;
    private const byte Unknown = 23;

    private readonly QueryKey _key;
    private readonly IModel _model;
    private readonly IReadOnlyDictionary<string, object?>? _extracted;
    private readonly bool _isTemplate;
    private List<ParameterExpression>? _parameters;
    private List<Expression>? _chains;
    private IAsyncQueryProvider? _provider;
    private int _lambdaDepth;

    private ExpressionKeyWriter(
        QueryKey key, IModel model, IReadOnlyDictionary<string, object?>? extracted, bool isTemplate = false)
    {
        _key = key;
        _model = model;
        _extracted = extracted;
        _isTemplate = isTemplate;
    }

    private readonly bool IsExtracted => _extracted is not null || _isTemplate;

    /// <summary>Writes the tree as the user built it.</summary>
    /// <returns>Whether it could be written; if not, EF Core's extraction has to come first.</returns>
    public static bool TryWriteRaw(QueryKey key, IModel model, Expression query)
        => new ExpressionKeyWriter(key, model, null).WriteQuery(query);

    /// <summary>Writes a tree from which EF Core has extracted the captured values.</summary>
    /// <returns>Whether it could be written; if not, <see cref="QueryKey.Refusal"/> says why the query cannot be keyed.</returns>
    public static bool TryWriteExtracted(
        QueryKey key, IModel model, Expression query, IReadOnlyDictionary<string, object?> parameters)
        => new ExpressionKeyWriter(key, model, parameters).WriteQuery(query);

    /// <summary>
    /// Writes the shape of an extracted tree whose values come later, and notes where they come from: the shape that an ordinary query
    /// of the same expression has.
    /// </summary>
    /// <returns>Whether it could be written; if not, <see cref="QueryKey.Refusal"/> says why the query cannot be keyed.</returns>
    public static bool TryWriteTemplate(QueryKey key, IModel model, Expression query)
        => new ExpressionKeyWriter(key, model, null, isTemplate: true).WriteQuery(query);

    private bool WriteQuery(Expression query)
    {
        while (query is MethodCallExpression marked && StableId.Of(marked.Method).IsRemember)
        {
            query = ((IArgumentProvider)marked).GetArgument(0);
        }

        // The terminal operator comes after its source, so that the source is a prefix: Forget drops every terminal's entry.
        if (query is MethodCallExpression call && StableId.Of(call.Method) is { IsTerminal: true } method)
        {
            if (!Visit(((IArgumentProvider)call).GetArgument(0)))
            {
                return false;
            }

            EndSource();
            _key.Shape.Byte(Terminal);
            _key.Shape.Id(method.Id);
            return VisitArguments(call, method, first: 1);
        }

        if (!Visit(query))
        {
            return false;
        }

        EndSource();
        return true;
    }

    private readonly void EndSource()
    {
        _key.SourceShapeLength = _key.Shape.Length;
        _key.SourceValuesLength = _key.Values.Length;
        _key.SourcePlaces = _key.Captured.Count;
    }

    private bool Visit(Expression? node)
    {
        switch (node)
        {
            case null:
                _key.Shape.Byte(Nothing);
                return true;
            case MethodCallExpression call:
                return VisitCall(call);
            case MemberExpression member:
                return VisitMember(member);
            case ConstantExpression constant:
                return VisitConstant(constant);
            case LambdaExpression lambda:
                return VisitLambda(lambda);
            case UnaryExpression unary:
                return VisitUnary(unary);
            case BinaryExpression binary:
                return VisitBinary(binary);
            case ParameterExpression parameter:
                return VisitParameter(parameter);
            case NewExpression creation:
                return VisitNew(creation);
            case MemberInitExpression init:
                return VisitMemberInit(init);
            case NewArrayExpression array:
                Begin(NewArray, array.NodeType, array.Type);
                return VisitAll(array.Expressions);
            case ConditionalExpression conditional:
                Begin(Conditional, conditional.NodeType, conditional.Type);
                return Visit(conditional.Test) && Visit(conditional.IfTrue) && Visit(conditional.IfFalse);
            case TypeBinaryExpression test:
                Begin(TypeIs, test.NodeType, test.TypeOperand);
                return Visit(test.Expression);
            case InvocationExpression invocation:
                Begin(Invoke, invocation.NodeType, invocation.Type);
                return Visit(invocation.Expression) && VisitAll(invocation.Arguments);
            case DefaultExpression:
                Begin(Default, node.NodeType, node.Type);
                return IsExtracted || Refuse("a value that EF Core evaluates");
            case IndexExpression index:
                Begin(Index, index.NodeType, index.Type);
                _key.Shape.Id(index.Indexer is null ? default : StableId.Of(index.Indexer));
                return Visit(index.Object) && VisitAll(index.Arguments);
            case ListInitExpression list:
                return VisitListInit(list);
            default:
                return VisitExtension(node);
        }
    }

    private readonly void Begin(byte node, ExpressionType nodeType, Type type)
    {
        _key.Shape.Byte(node);
        _key.Shape.Byte((byte)nodeType);
        _key.Shape.Id(StableId.Of(type));
    }

    private readonly bool Refuse(string reason)
    {
        _key.Refusal ??= reason;
        return false;
    }

    private bool VisitCall(MethodCallExpression call)
    {
        var method = StableId.Of(call.Method);
        if (method.IsRemember)
        {
            return Visit(((IArgumentProvider)call).GetArgument(0));
        }

        if (method.SpanContainsTwin is { } twin && TryVisitSpanContains(call, twin, out var written))
        {
            return written;
        }

        _key.Shape.Byte(Call);
        _key.Shape.Id(method.Id);
        return Visit(call.Object) && VisitArguments(call, method, first: 0);
    }

    private bool VisitArguments(MethodCallExpression call, MethodFacts method, int first)
    {
        var arguments = (IArgumentProvider)call;
        for (var i = first; i < arguments.ArgumentCount; i++)
        {
            var argument = arguments.GetArgument(i);

            // Outside lambdas (Skip, Take, ElementAt) EF Core makes parameters of constants, too.
            var written = _extracted is null && _lambdaDepth == 0 && argument is ConstantExpression { Value: not IQueryable } constant
                && !method.IsNotParameterized(i)
                ? WriteConstant(constant)
                : Visit(argument);
            if (!written)
            {
                return false;
            }
        }

        return true;
    }

    // MemoryExtensions.Contains(op_Implicit(array), item[, null]) → Enumerable.Contains(array, item), as EF Core does.
    private bool TryVisitSpanContains(MethodCallExpression call, MethodFacts twin, out bool written)
    {
        if (call.Arguments is [MethodCallExpression { Method.Name: "op_Implicit", Arguments: [var array] }, var item, ..]
            && (call.Arguments.Count == 2 || call.Arguments[2] is ConstantExpression { Value: null }))
        {
            _key.Shape.Byte(Call);
            _key.Shape.Id(twin.Id);
            _key.Shape.Byte(Nothing);
            written = Visit(array) && Visit(item);
            return true;
        }

        written = false;
        return false;
    }

    private bool VisitLambda(LambdaExpression lambda)
    {
        Begin(Lambda, lambda.NodeType, lambda.Type);
        _parameters ??= [];
        var count = lambda.Parameters.Count;
        for (var i = 0; i < count; i++)
        {
            _parameters.Add(lambda.Parameters[i]);
        }

        _lambdaDepth++;
        var written = Visit(lambda.Body);
        _lambdaDepth--;
        _parameters.RemoveRange(_parameters.Count - count, count);
        return written;
    }

    private readonly bool VisitParameter(ParameterExpression parameter)
    {
        _key.Shape.Byte(Parameter);
        _key.Shape.Id(StableId.Of(parameter.Type));
        var position = _parameters?.LastIndexOf(parameter) ?? -1;
        if (position < 0)
        {
            return Refuse("a parameter that no lambda declares");
        }

        // Counted from the innermost, so that equal lambdas are equal wherever they stand.
        _key.Shape.Int32(_parameters!.Count - position);
        return true;
    }
}
