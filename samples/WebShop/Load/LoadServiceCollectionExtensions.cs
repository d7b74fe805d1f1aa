namespace WebShop.Load;

public static class LoadServiceCollectionExtensions
{
    /// <summary>What puts the shop under load when somebody asks for it. Wrong settings stop the start.</summary>
    public static IServiceCollection AddLoad(this IServiceCollection services)
    {
        services.AddOptions<LoadOptions>().BindConfiguration("Load").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<LoadBoard>();
        services.AddSingleton<LoadRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<LoadRunner>());
        return services;
    }
}
