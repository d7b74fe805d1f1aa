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
internal ref struct ExpressionKeyWriter
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

    private readonly QueryKey _key;
    private readonly IModel _model;
    private readonly IReadOnlyDictionary<string, object?>? _extracted;
    private List<ParameterExpression>? _parameters;
    private List<Expression>? _chains;
    private IAsyncQueryProvider? _provider;
    private int _lambdaDepth;

    private ExpressionKeyWriter(QueryKey key, IModel model, IReadOnlyDictionary<string, object?>? extracted)
    {
        _key = key;
        _model = model;
        _extracted = extracted;
    }

    private readonly bool IsExtracted => _extracted is not null;

    /// <summary>Writes the tree as the user built it.</summary>
    /// <returns>Whether it could be written; if not, EF Core's extraction has to come first.</returns>
    public static bool TryWriteRaw(QueryKey key, IModel model, Expression query)
        => new ExpressionKeyWriter(key, model, null).WriteQuery(query);

    /// <summary>Writes a tree from which EF Core has extracted the captured values.</summary>
    /// <returns>Whether it could be written; if not, <see cref="QueryKey.Refusal"/> says why the query cannot be keyed.</returns>
    public static bool TryWriteExtracted(
        QueryKey key, IModel model, Expression query, IReadOnlyDictionary<string, object?> parameters)
        => new ExpressionKeyWriter(key, model, parameters).WriteQuery(query);

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
            var written = !IsExtracted && _lambdaDepth == 0 && argument is ConstantExpression { Value: not IQueryable } constant
                && !method.IsNotParameterized(i)
                ? WriteCaptured(constant, constant.Value, constant.Type)
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

    private bool VisitMember(MemberExpression member)
    {
        if (!IsExtracted)
        {
            if (member.Expression is null)
            {
                if (member.Member.DeclaringType == typeof(EF) && member.Type == typeof(DbFunctions))
                {
                    return WriteCaptured(member, EF.Functions, member.Type); // EF Core makes it a parameter.
                }

                return Refuse("a static member"); // A value to EF Core, or a function of the database: EF knows which.
            }

            if (IsChain(member))
            {
                return CapturedValue.TryRead(member, out var value)
                    ? WriteCaptured(member, value, member.Type)
                    : Refuse("a captured value that only EF Core can read");
            }
        }

        _key.Shape.Byte(Member);
        _key.Shape.Id(StableId.Of(member.Member));
        return Visit(member.Expression);
    }

    private static bool IsChain(Expression node)
    {
        while (node is MemberExpression { Expression: { } target })
        {
            node = target;
        }

        return node is ConstantExpression;
    }

    private readonly bool VisitConstant(ConstantExpression constant)
    {
        _key.Shape.Byte(Constant);
        _key.Shape.Id(StableId.Of(constant.Type));
        return ValueWriter.TryWrite(_key.Shape, constant.Value, _model)
            || Refuse($"a constant of type {constant.Type.Name}");
    }

    /// <summary>A value that EF Core makes a parameter: its type belongs to the shape, itself to the values.</summary>
    private bool WriteCaptured(Expression chain, object? value, Type type)
    {
        if (value is IQueryable or Expression)
        {
            return Refuse("a captured query"); // EF Core inlines it; the extracted tree shows it.
        }

        // A copy first: what is keyed and what is sent must be the same, whoever changes the list meanwhile.
        var sent = ValueWriter.Freeze(value);
        if (!WriteValue(sent, type))
        {
            return false;
        }

        var place = _key.Captured.Count;
        _key.Captured.Add(value);
        _key.Sent.Add(sent);
        _key.HasCopies |= value is not null && !value.GetType().IsValueType && !ReferenceEquals(value, sent);
        _chains ??= [];
        var first = 0;
        while (first < place && !CapturedValue.AreSame(_chains[first], chain))
        {
            first++;
        }

        _chains.Add(chain);
        _key.Classes.Add(first);
        _key.Names.Int32(first);
        if (first == place)
        {
            WriteNames(chain);
        }

        return true;
    }

    private readonly void WriteNames(Expression chain)
    {
        while (chain is UnaryExpression unary)
        {
            chain = unary.Operand;
        }

        for (var node = chain as MemberExpression; node is not null; node = node.Expression as MemberExpression)
        {
            _key.Names.Text(node.Member.Name);
        }

        _key.Names.Int32(-1);
    }

    private readonly bool WriteValue(object? value, Type type)
    {
        _key.Shape.Byte(Value);
        _key.Shape.Id(StableId.Of(type));
        return ValueWriter.TryWrite(_key.Values, value, _model)
            || Refuse($"a captured value of type {value!.GetType().Name}");
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

    private bool VisitUnary(UnaryExpression unary)
    {
        if (!IsExtracted
            && unary.NodeType is ExpressionType.Convert or ExpressionType.ConvertChecked
            && unary.Method is null
            && IsEvaluatedWithItsOperand(unary)
            && unary.Operand is MemberExpression { Expression: not null } member
            && IsChain(member))
        {
            // One parameter of the type converted to.
            return CapturedValue.TryRead(member, out var value)
                ? WriteCaptured(unary, value, unary.Type)
                : Refuse("a captured value that only EF Core can read");
        }

        Begin(Unary, unary.NodeType, unary.Type);
        _key.Shape.Id(unary.Method is null ? default : StableId.Of(unary.Method).Id);
        return Visit(unary.Operand);
    }

    // The lifting to a nullable, and the conversion of an array of nullable references to its own type.
    private static bool IsEvaluatedWithItsOperand(UnaryExpression conversion)
        => conversion.Type == conversion.Operand.Type
            ? conversion.Type.IsArray
            : Nullable.GetUnderlyingType(conversion.Type) is { IsEnum: false } underlying && underlying == conversion.Operand.Type;

    private bool VisitBinary(BinaryExpression binary)
    {
        _key.Shape.Byte(Binary);
        _key.Shape.Byte((byte)binary.NodeType);
        _key.Shape.Byte(binary.IsLiftedToNull ? (byte)1 : (byte)0);
        _key.Shape.Id(binary.Method is null ? default : StableId.Of(binary.Method).Id);
        return Visit(binary.Left) && Visit(binary.Right) && (binary.Conversion is null || Visit(binary.Conversion));
    }

    private bool VisitNew(NewExpression creation)
    {
        Begin(New, creation.NodeType, creation.Type);
        _key.Shape.Id(creation.Constructor is null ? default : StableId.Of(creation.Constructor));
        if (creation.Members is { } members)
        {
            // Two builds may give the same anonymous type other properties.
            foreach (var member in members)
            {
                _key.Shape.Text(member.Name);
            }
        }

        return VisitAll(creation.Arguments);
    }

    private bool VisitMemberInit(MemberInitExpression init)
    {
        _key.Shape.Byte(MemberInit);
        _key.Shape.Int32(init.Bindings.Count);
        if (!Visit(init.NewExpression))
        {
            return false;
        }

        foreach (var binding in init.Bindings)
        {
            if (binding is not MemberAssignment assignment)
            {
                return Refuse("a nested initializer");
            }

            _key.Shape.Id(StableId.Of(assignment.Member));
            if (!Visit(assignment.Expression))
            {
                return false;
            }
        }

        return true;
    }

    private bool VisitListInit(ListInitExpression list)
    {
        _key.Shape.Byte(ListInit);
        _key.Shape.Int32(list.Initializers.Count);
        if (!Visit(list.NewExpression))
        {
            return false;
        }

        foreach (var initializer in list.Initializers)
        {
            _key.Shape.Id(StableId.Of(initializer.AddMethod).Id);
            if (!VisitAll(initializer.Arguments))
            {
                return false;
            }
        }

        return true;
    }

    private bool VisitAll(IReadOnlyList<Expression> nodes)
    {
        _key.Shape.Int32(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!Visit(nodes[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool VisitExtension(Expression node)
    {
        if (node is QueryParameterExpression parameter)
        {
            return VisitQueryParameter(parameter);
        }

        // Detached in an extracted tree. EF Core's extraction throws when there are two.
        if (node is QueryRootExpression { QueryProvider: { } provider } && !ReferenceEquals(_provider ??= provider, provider))
        {
            return Refuse("a query over two contexts");
        }

        // Other roots are subclasses of the plain one: only the exact types are known to hold nothing more.
        switch (QueryRoots.Kind(node, out var entityType, out var sql, out var function, out var arguments))
        {
            case QueryRootKind.Entity:
                _key.Shape.Byte(Root);
                break;
            case QueryRootKind.Sql:
                _key.Shape.Byte(SqlRoot);
                _key.Shape.Text(sql!);
                break;
            case QueryRootKind.ScalarSql:
                Begin(ScalarSqlRoot, node.NodeType, node.Type);
                _key.Shape.Text(sql!);
                break;
            case QueryRootKind.Function:
                _key.Shape.Byte(FunctionRoot);
                _key.Shape.Text(function!);
                break;
            default:
                return Refuse($"an expression of type {node.GetType().Name}");
        }

        if (entityType is not null)
        {
            _key.Shape.Text(entityType.Name);
            _key.Shape.Id(StableId.Of(entityType.ClrType));
        }

        foreach (var argument in arguments)
        {
            var written = !IsExtracted && argument is ConstantExpression constant
                ? WriteCaptured(constant, constant.Value, constant.Type)
                : Visit(argument);
            if (!written)
            {
                return false;
            }
        }

        return true;
    }

    private readonly bool VisitQueryParameter(QueryParameterExpression parameter)
    {
        if (_extracted is null)
        {
            return Refuse("a parameter of a compiled query");
        }

        _key.Names.Text(parameter.Name);
        _key.ParameterNames.Add(parameter.Name);
        if (!_extracted.TryGetValue(parameter.Name, out var value))
        {
            // A compiled query: the values come with each execution and are keyed then.
            _key.Shape.Byte(Value);
            _key.Shape.Id(StableId.Of(parameter.Type));
            _key.Shape.Text(parameter.Name);
            return true;
        }

        _key.Captured.Add(value);
        return WriteValue(value, parameter.Type);
    }
}
