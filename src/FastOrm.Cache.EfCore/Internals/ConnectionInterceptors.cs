using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>The interceptors of the application's that see connections being made and opened, and may send them elsewhere.</summary>
internal static class ConnectionInterceptors
{
    public static IEnumerable<IInterceptor> Of(DbContext context)
    {
        var core = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>();
        var interceptors = core?.Interceptors ?? [];
        if (core?.InternalServiceProvider is not null)
        {
            interceptors = interceptors.Concat(((IInfrastructure<IServiceProvider>)context).Instance.GetServices<IInterceptor>());
        }

        return interceptors.Where(static interceptor => interceptor is IDbConnectionInterceptor);
    }
}
