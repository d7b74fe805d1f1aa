using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Keys;

/// <content>Constants and captured values: what EF Core evaluates, and what it makes a parameter.</content>
internal ref partial struct ExpressionKeyWriter
{
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
        var start = _key.Shape.Length;
        _key.Shape.Byte(Constant);
        _key.Shape.Id(StableId.Of(constant.Type));

        // By value, as EF Core compares them; of an entity also what is not its key could be asked.
        if (ValueWriter.TryWrite(_key.Shape, constant.Value, model: null))
        {
            _key.HasMutableConstants |= ConstantFreezer.IsMutable(constant);
            return true;
        }

        _key.Shape.Rewind(start);
        return VisitUnknown(constant, $"a constant of type {constant.Type.Name}");
    }

    /// <summary>What has no bytes is left to EF Core, which compiles the query or knows it; the commands tell such queries apart.</summary>
    private readonly bool VisitUnknown(Expression node, string reason)
    {
        if (!IsExtracted)
        {
            return Refuse(reason);
        }

        _key.HasOpaqueShape = true;
        Begin(Unknown, node.NodeType, node.Type);
        return true;
    }

    /// <summary>A value that EF Core makes a parameter: its type belongs to the shape, itself to the values.</summary>
    private bool WriteCaptured(Expression chain, object? value, Type type)
    {
        if (value is IQueryable or Expression)
        {
            return Refuse("a captured query"); // EF Core inlines it; the extracted tree shows it.
        }

        var place = _key.Captured.Count;
        var first = FirstPlaceOf(chain);
        if (first < place)
        {
            // One variable, one parameter: also where it has changed since it was read for the first place.
            Capture(_key.Captured[first], _key.Sent[first], first, type);
            return true;
        }

        // A copy first: what is keyed and what is sent must be the same, whoever changes the list meanwhile.
        Capture(value, ValueWriter.Freeze(value), first, type);
        WriteNames(chain);
        return true;
    }

    private readonly void Capture(object? value, object? sent, int first, Type type)
    {
        WriteValue(sent, type);
        _key.Captured.Add(value);
        _key.Sent.Add(sent);
        _key.HasCopies |= !ReferenceEquals(value, sent);
        _key.Classes.Add(first);
        _key.Names.Int32(first);
    }

    /// <summary>Where the captured variable stands first; notes that it stands here.</summary>
    private int FirstPlaceOf(Expression chain)
    {
        _chains ??= [];
        var first = 0;
        while (first < _chains.Count && !CapturedValue.AreSame(_chains[first], chain))
        {
            first++;
        }

        _chains.Add(chain);
        return first;
    }

    /// <summary>A constant that EF Core makes a parameter of an ordinary query. In a compiled one it stays.</summary>
    private bool WriteConstant(ConstantExpression constant)
        => _isTemplate ? WritePlace(null, constant.Value, constant.Type) : WriteCaptured(constant, constant.Value, constant.Type);

    /// <summary>A value that is written when the query is executed.</summary>
    private readonly bool WritePlace(string? name, object? constant, Type type)
    {
        _key.ParameterNames.Add(name);
        _key.Captured.Add(constant);
        _key.Shape.Byte(Value);
        _key.Shape.Id(StableId.Of(type));
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

    private readonly void WriteValue(object? value, Type type)
    {
        _key.Shape.Byte(Value);
        _key.Shape.Id(StableId.Of(type));
        _key.WriteValue(value, _model);
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

    private readonly bool VisitQueryParameter(QueryParameterExpression parameter)
    {
        _key.Names.Text(parameter.Name);
        if (_isTemplate)
        {
            return WritePlace(parameter.Name, null, parameter.Type);
        }

        if (_extracted is null || !_extracted.TryGetValue(parameter.Name, out var value))
        {
            return Refuse("a parameter without a value");
        }

        _key.ParameterNames.Add(parameter.Name);
        _key.Captured.Add(value);
        WriteValue(value, parameter.Type);
        return true;
    }
}
