using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Takes the marks of <c>Remember</c> out of queries that are compiled without us having looked at them: a mark in a subquery, or another
/// library's <see cref="IDatabase"/> in place of ours. Then it sees the query with all that EF Core has made of its navigations.
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
            if (RememberNode.FindCall(query) is { } call && !RememberNode.IsPast(call))
            {
                // On the spine it comes as far as this only when we were not asked to compile the query.
                Warn(RememberNode.IsCarrier(call));
            }

            var expanded = inner.Process(RememberNode.Strip(query));
            QueryInstrumentation.Current?.Reads?.Add(expanded, QueryCompilationContext.Tags);
            return expanded;
        }

        private void Warn(bool isOrder)
        {
            if (isOrder)
            {
                throw new InvalidOperationException(
                    "Forget and Flush do not work with a library that replaces EF Core's IDatabase service, and nothing is remembered. "
                    + "Let that library decorate the service that is there.");
            }

            if (!store.IsFirstWarning())
            {
                return;
            }

            if (EfInternals.Missing is { } missing)
            {
                Log.UnknownEfCore(QueryCompilationContext.Logger, missing);
            }
            else
            {
                Log.ForeignService(QueryCompilationContext.Logger, nameof(IDatabase));
            }
        }
    }
}
