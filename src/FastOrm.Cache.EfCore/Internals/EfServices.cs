#pragma warning disable EF1001, EF9100 // Internal and experimental EF Core types: only this folder names them.
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics.Internal;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Decorates the services of EF Core: each of ours holds the one that was there.</summary>
internal static class EfServices
{
    public static IServiceCollection Add(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(PlanStore)))
        {
            return services; // Twice is once.
        }

        services.AddSingleton<PlanStore>();
        Decorate<IQueryTranslationPreprocessorFactory>(
            services,
            static (provider, inner) => new StrippingPreprocessorFactory(
                inner,
                provider.GetRequiredService<QueryTranslationPreprocessorDependencies>(),
                provider.GetRequiredService<PlanStore>()));
        services.AddScoped(WriteObserver.Find);
        Decorate<IDatabase>(services, static (provider, inner) => new ObservingDatabase(inner, provider));
        Decorate<IRelationalTransactionFactory>(
            services,
            static (provider, inner) => new ObservedTransactionFactory(
                inner, provider.GetRequiredService<RelationalTransactionFactoryDependencies>()));
        Decorate<IMigrationCommandExecutor>(
            services, static (provider, inner) => new ObservingMigrations(inner, provider.GetRequiredService<Func<WriteObserver?>>()));
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IInterceptor, TransactionObserver>());
        if (EfInternals.Missing is null)
        {
            AddRemembering(services);
        }

        return services;
    }

    // A method of its own: with an EF Core that lacks one of these types it is never compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddRemembering(IServiceCollection services)
    {
        Decorate<IQuerySqlGeneratorFactory>(
            services,
            static (provider, inner) => new ObservingSqlGeneratorFactory(inner, provider.GetRequiredService<QuerySqlGeneratorDependencies>()));
        Decorate<IRawSqlCommandBuilder>(services, static (_, inner) => new ObservingSqlBuilder(inner));
        Replace<IRelationalCommandDiagnosticsLogger, RelationalCommandDiagnosticsLogger, ObservingCommandLogger>(services);
        services.AddSingleton<MovingConnections>();
        services.AddScoped<RememberSession>();
        Decorate<IQueryCompiler>(services, static (provider, inner) => new RememberingQueryCompiler(inner, provider));
        Decorate<IShapedQueryCompilingExpressionVisitorFactory>(
            services,
            static (provider, inner) => new ObservingShapedQueryCompilerFactory(
                inner, provider.GetRequiredService<ShapedQueryCompilingExpressionVisitorDependencies>()));
        Decorate<ILiftableConstantProcessor>(services, static (_, inner) => new SlottingConstantProcessor(inner));
    }

    // Only EF Core's own: what another library has put there stays.
    private static void Replace<TService, TOriginal, TImplementation>(IServiceCollection services)
        where TImplementation : TOriginal, TService
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(TService) && services[i].ImplementationType == typeof(TOriginal))
            {
                services[i] = ServiceDescriptor.Describe(typeof(TService), typeof(TImplementation), services[i].Lifetime);
            }
        }
    }

    private static void Decorate<TService>(IServiceCollection services, Func<IServiceProvider, TService, TService> wrap)
        where TService : class
    {
        // The last registration is the one that EF Core resolves.
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (services[i].ServiceType == typeof(TService))
            {
                var create = Creator(services, services[i]);
                services[i] = ServiceDescriptor.Describe(
                    typeof(TService), provider => wrap(provider, (TService)create(provider)), services[i].Lifetime);
                return;
            }
        }
    }

    private static Func<IServiceProvider, object> Creator(IServiceCollection services, ServiceDescriptor original)
    {
        if (original.ImplementationInstance is { } instance)
        {
            return _ => instance;
        }

        if (original.ImplementationFactory is { } factory)
        {
            return factory;
        }

        // Registered under its own type, so that the container builds it with its compiled constructor calls.
        var type = original.ImplementationType!;
        services.TryAdd(ServiceDescriptor.Describe(type, type, original.Lifetime));
        return provider => provider.GetRequiredService(type);
    }
}
