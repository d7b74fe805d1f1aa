using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>
/// The entity types that a query reads. Of a query as EF Core has expanded it these are all: behind navigations, in subqueries and query
/// filters too.
/// </summary>
internal sealed class QueryReads
{
    private readonly HashSet<IEntityType> _types = [];
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);

    /// <summary>The entity types, with all that derive from them.</summary>
    public IReadOnlyCollection<IEntityType> Types => _types;

    /// <summary>The texts of <c>TagWith</c>.</summary>
    public IReadOnlyCollection<string> Tags => _tags;

    /// <summary>Whether it begins with something that is no entity type of the model: SQL of the application, another library's source.</summary>
    public bool HasOtherSources { get; private set; }

    /// <summary>Whether no answer may be kept that nobody asked to keep: it uses the clock or chance, or a part of it is not to be remembered.</summary>
    public bool MustBeFresh { get; private set; }

    /// <summary>The entity types that are named in a query that EF Core has not expanded yet.</summary>
    public static QueryReads Of(Expression query)
    {
        var reads = new QueryReads();
        reads.Add(query, []);
        return reads;
    }

    /// <summary>Adds what is read by a query.</summary>
    public void Add(Expression query, IEnumerable<string> tags)
    {
        new RootFinder(this).Visit(query);
        _tags.UnionWith(tags);
    }

    private void Add(QueryRootExpression root)
    {
        switch (QueryRoots.Kind(root, out var type, out _, out _, out _))
        {
            case QueryRootKind.Entity or QueryRootKind.Function:
                _types.UnionWith(type!.GetDerivedTypesInclusive());
                break;
            default:
                // A list of values is read from nowhere.
                HasOtherSources |= root is not (InlineQueryRootExpression or ParameterQueryRootExpression);
                break;
        }
    }

    private sealed class RootFinder(QueryReads reads) : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node)
        {
            if (node is QueryRootExpression root)
            {
                reads.Add(root);
            }

            return base.VisitExtension(node);
        }

        protected override Expression VisitMember(MemberExpression node)
        {
            reads.MustBeFresh |= Unrepeatable.Is(node);
            return base.VisitMember(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            reads.MustBeFresh |= Unrepeatable.Is(node) || RememberNode.IsPast(node);
            return base.VisitMethodCall(node);
        }
    }
}
