using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// The arguments of calls of ours in a tree from which EF Core has extracted the captured values: constants, parameters, and in compiled
/// queries also what is computed of parameters.
/// </summary>
internal static class ExtractedArguments
{
    /// <summary>The options of a mark, or of a <c>Remember</c> that was quoted into a compiled query, for given parameters.</summary>
    public static Func<Dictionary<string, object?>, RememberOptions> Options(MethodCallExpression mark)
    {
        if (mark.Arguments is [_, QueryParameterExpression parameter] && parameter.Type == typeof(RememberOptions))
        {
            var name = parameter.Name;
            return parameters => (RememberOptions?)parameters[name] ?? throw new ArgumentNullException(name);
        }

        var arguments = mark.Arguments.Skip(1).Select(static argument => Expression.Convert(argument, typeof(object)));
        var read = Reader(Expression.NewArrayInit(typeof(object), arguments), out var isConstant);
        var method = mark.Method;
        if (!isConstant)
        {
            return parameters => RememberQueryableExtensions.Options(method, (object?[])read(parameters)!);
        }

        var options = RememberQueryableExtensions.Options(method, (object?[])read([])!);
        return _ => options;
    }

    /// <summary>The value of an argument for given parameters.</summary>
    public static Func<Dictionary<string, object?>, object?> Reader(Expression argument) => Reader(argument, out _);

    private static Func<Dictionary<string, object?>, object?> Reader(Expression argument, out bool isConstant)
    {
        var replacer = new ParameterReplacer();
        var body = Expression.Convert(replacer.Visit(argument), typeof(object));
        isConstant = !replacer.HasReplaced;
        return Expression.Lambda<Func<Dictionary<string, object?>, object?>>(body, replacer.Parameters).Compile();
    }

    private sealed class ParameterReplacer : ExpressionVisitor
    {
        public ParameterExpression Parameters { get; } = Expression.Parameter(typeof(Dictionary<string, object?>));

        public bool HasReplaced { get; private set; }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is not QueryParameterExpression parameter)
            {
                return base.VisitExtension(node);
            }

            HasReplaced = true;
            return Expression.Convert(
                Expression.Property(Parameters, "Item", Expression.Constant(parameter.Name)), parameter.Type);
        }
    }
}
