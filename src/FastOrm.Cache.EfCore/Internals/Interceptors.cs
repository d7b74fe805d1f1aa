using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>The interceptors that the application has given to a context.</summary>
internal static class Interceptors
{
    public static IEnumerable<TInterceptor> Of<TInterceptor>(DbContext context)
        where TInterceptor : class, IInterceptor
    {
        var core = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>();
        var interceptors = core?.Interceptors ?? [];
        if (core?.InternalServiceProvider is not null)
        {
            interceptors = interceptors.Concat(((IInfrastructure<IServiceProvider>)context).Instance.GetServices<IInterceptor>());
        }

        return interceptors.OfType<TInterceptor>();
    }
}
