#pragma warning disable EF1001, EF9100 // Libraries that replace the query compiler use what is internal to EF Core.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Another library's query compiler, in every place in which one can stand.</summary>
public static class ForeignCompilers
{
    private static readonly Dictionary<string, Func<DbContextOptionsBuilder, Func<DbContextOptionsBuilder, DbContextOptionsBuilder>,
        DbContextOptionsBuilder>> Places = new(StringComparer.Ordinal)
    {
        ["a wrapper before ours"] = static (builder, ours) => ours(Wrap(builder)),
        ["a wrapper after ours"] = static (builder, ours) => Wrap(ours(builder)),
        ["a subclass before ours"] = static (builder, ours) => ours(Replace(builder)),
        ["a subclass in place of ours"] = static (builder, ours) => Replace(ours(builder)),
        ["a subclass through ReplaceService"]
            = static (builder, ours) => ours(builder).ReplaceService<IQueryCompiler, RewritingCompiler>(),
    };

    public static TheoryData<string> Names => [.. Places.Keys];

    /// <summary>The options of the database's contexts with another library's compiler.</summary>
    public static DbContextOptions Options<TContext>(
        string place, TestDatabase<TContext> database, params IInterceptor[] interceptors)
        where TContext : DbContext
        => Builder(place, database, interceptors).Options;

    /// <inheritdoc cref="Options"/>
    public static DbContextOptionsBuilder Builder<TContext>(
        string place, TestDatabase<TContext> database, params IInterceptor[] interceptors)
        where TContext : DbContext
        => Places[place](
            TestOptions.New().UseSqlite(database.ConnectionString).AddInterceptors([database.Sql, .. interceptors]),
            builder => builder.UseFastOrmCache(database.Cache));

    /// <summary>What only the foreign compilers make something of: whether the number ends in 7.</summary>
    public static bool EndsInSeven(int number) => throw new NotSupportedException($"{number} was not rewritten.");

    private static DbContextOptionsBuilder Wrap(DbContextOptionsBuilder builder)
        => Add(builder, new Extension(static services =>
        {
            var inner = services.Last(static service => service.ServiceType == typeof(IQueryCompiler));
            services.AddScoped<IQueryCompiler>(provider => new Wrapper((IQueryCompiler)(inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
        }));

    private static DbContextOptionsBuilder Replace(DbContextOptionsBuilder builder)
        => Add(builder, new Extension(static services => services.AddScoped<IQueryCompiler, RewritingCompiler>()));

    private static DbContextOptionsBuilder Add(DbContextOptionsBuilder builder, Extension extension)
    {
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(extension);
        return builder;
    }

    private sealed class Rewriter : ExpressionVisitor
    {
        public static readonly Rewriter Instance = new();

        protected override Expression VisitMethodCall(MethodCallExpression node)
            => node.Method.Name == nameof(EndsInSeven)
                ? Expression.Equal(Expression.Modulo(Visit(node.Arguments[0]), Expression.Constant(10)), Expression.Constant(7))
                : base.VisitMethodCall(node);
    }

    private sealed class Wrapper(IQueryCompiler inner) : IQueryCompiler
    {
        public TResult Execute<TResult>(Expression query) => inner.Execute<TResult>(Rewriter.Instance.Visit(query));

        public TResult ExecuteAsync<TResult>(Expression query, CancellationToken cancellationToken)
            => inner.ExecuteAsync<TResult>(Rewriter.Instance.Visit(query), cancellationToken);

        public Func<QueryContext, TResult> CreateCompiledQuery<TResult>(Expression query)
            => inner.CreateCompiledQuery<TResult>(Rewriter.Instance.Visit(query));

        public Func<QueryContext, TResult> CreateCompiledAsyncQuery<TResult>(Expression query)
            => inner.CreateCompiledAsyncQuery<TResult>(Rewriter.Instance.Visit(query));

        public Expression<Func<QueryContext, TResult>> PrecompileQuery<TResult>(Expression query, bool async)
            => inner.PrecompileQuery<TResult>(Rewriter.Instance.Visit(query), async);
    }

    private sealed class RewritingCompiler(
        IQueryContextFactory contexts,
        ICompiledQueryCache cache,
        ICompiledQueryCacheKeyGenerator keys,
        IDatabase database,
        IDiagnosticsLogger<DbLoggerCategory.Query> logger,
        ICurrentDbContext context,
        IEvaluatableExpressionFilter filter,
        IModel model)
        : QueryCompiler(contexts, cache, keys, database, logger, context, filter, model)
    {
        public override Expression ExtractParameters(
            Expression query,
            Dictionary<string, object?> parameters,
            IDiagnosticsLogger<DbLoggerCategory.Query> logger,
            bool compiledQuery = false,
            bool generateContextAccessors = false)
            => base.ExtractParameters(Rewriter.Instance.Visit(query), parameters, logger, compiledQuery, generateContextAccessors);
    }

    private sealed class Extension(Action<IServiceCollection> apply) : IDbContextOptionsExtension
    {
        public DbContextOptionsExtensionInfo Info => new ExtensionInfo(this);

        public void ApplyServices(IServiceCollection services) => apply(services);

        public void Validate(IDbContextOptions options)
        {
        }

        private Action<IServiceCollection> Apply => apply;

        private sealed class ExtensionInfo(Extension extension) : DbContextOptionsExtensionInfo(extension)
        {
            public override bool IsDatabaseProvider => false;

            public override string LogFragment => "";

            // The order of extensions is part of what EF Core compares; what they do is compared here.
            public override int GetServiceProviderHashCode() => extension.Apply.Method.GetHashCode();

            public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other)
                => other is ExtensionInfo info && ((Extension)info.Extension).Apply == extension.Apply;

            public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
            {
            }
        }
    }
}
