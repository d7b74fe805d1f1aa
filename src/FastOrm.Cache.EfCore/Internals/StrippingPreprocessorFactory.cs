using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Takes the marks of <c>Remember</c> out of queries that are compiled without us having looked at them: a mark in a subquery, or a
/// query compiler that another library has put in our place.
/// </summary>
internal sealed class StrippingPreprocessorFactory(
    IQueryTranslationPreprocessorFactory inner, QueryTranslationPreprocessorDependencies dependencies, PlanStore store)
    : IQueryTranslationPreprocessorFactory
{
    public QueryTranslationPreprocessor Create(QueryCompilationContext queryCompilationContext)
        => new Preprocessor(dependencies, queryCompilationContext, inner.Create(queryCompilationContext), store);

    private sealed class Preprocessor(
        QueryTranslationPreprocessorDependencies dependencies,
        QueryCompilationContext context,
        QueryTranslationPreprocessor inner,
        PlanStore store)
        : QueryTranslationPreprocessor(dependencies, context)
    {
        public override Expression Process(Expression query)
        {
            var stripped = RememberNode.Strip(query);
            if (stripped != query && RememberNode.IsMarked(query) && store.IsFirstWarning())
            {
                // A mark on the spine comes as far as this only when our compiler has not seen the query.
                Warn();
            }

            return inner.Process(stripped);
        }

        private void Warn()
        {
            if (EfInternals.Missing is { } missing)
            {
                Log.UnknownEfCore(QueryCompilationContext.Logger, missing);
            }
            else
            {
                Log.ForeignCompiler(QueryCompilationContext.Logger, "another library");
            }
        }
    }
}
