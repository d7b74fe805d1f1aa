using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Keys;

/// <content>Nodes that are their children and little else, and the roots of queries.</content>
internal ref partial struct ExpressionKeyWriter
{
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
            // By these names EF Core finds what a later operator reads.
            foreach (var member in members)
            {
                _key.Shape.Text(member.Name);
            }
        }

        return VisitAll(creation.Arguments);
    }

    private bool VisitMemberInit(MemberInitExpression init)
    {
        if (init.Bindings.Any(static binding => binding is not MemberAssignment))
        {
            return VisitUnknown(init, "a nested initializer");
        }

        _key.Shape.Byte(MemberInit);
        _key.Shape.Int32(init.Bindings.Count);
        if (!Visit(init.NewExpression))
        {
            return false;
        }

        foreach (var assignment in init.Bindings.Cast<MemberAssignment>())
        {
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
                return VisitUnknown(node, $"an expression of type {node.GetType().Name}");
        }

        if (entityType is not null)
        {
            _key.Shape.Text(entityType.Name);
            _key.Shape.Id(StableId.Of(entityType.ClrType));
        }

        foreach (var argument in arguments)
        {
            var written = _extracted is null && argument is ConstantExpression constant ? WriteConstant(constant) : Visit(argument);
            if (!written)
            {
                return false;
            }
        }

        return true;
    }
}
