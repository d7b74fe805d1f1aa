using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Tests.Unit.Configuration;

/// <summary>Caches by the settings of a file or of the environment.</summary>
internal sealed class ConfigurationLab : IDisposable
{
    private readonly ServiceProvider _provider;

    public ConfigurationLab(IConfiguration configuration, Action<IServiceCollection>? register = null)
    {
        var services = new ServiceCollection().AddFastOrmCache(configuration);
        register?.Invoke(services);
        _provider = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _provider;

    public ICacheProvider Caches => _provider.GetRequiredService<ICacheProvider>();

    /// <summary>The lines of an <c>.env</c> file, through real environment variables.</summary>
    public static IConfiguration Variables(string lines)
    {
        var prefix = $"T{Guid.NewGuid():N}_"; // Which the provider takes away: tests run at the same time in one process.
        var variables = lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => prefix + parts[0], parts => parts[1]);
        try
        {
            foreach (var (name, value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            return new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build();
        }
        finally
        {
            foreach (var name in variables.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    public static IConfiguration Json(string json)
        => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    /// <summary>The failures of a wrong setting.</summary>
    public static string[] FailuresOf(IConfiguration configuration)
    {
        using var lab = new ConfigurationLab(configuration);
        return [.. Assert.Throws<OptionsValidationException>(() => lab.Caches).Failures];
    }

    public FastOrmCacheOptions Options(string name = "")
        => _provider.GetRequiredService<IOptionsMonitor<FastOrmCacheOptions>>().Get(name);

    public void Dispose() => _provider.Dispose();
}
