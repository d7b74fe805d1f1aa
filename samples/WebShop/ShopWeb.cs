using FastOrm.Cache;
using FastOrm.Cache.AspNetCore;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WebShop.Cost;
using WebShop.Data;
using WebShop.Live;
using WebShop.Load;
using WebShop.Shop;

namespace WebShop;

/// <summary>The shop as a web application.</summary>
public static class ShopWeb
{
    private const string DefaultUrl = "http://localhost:5080";

    /// <summary>Serves pages until the process is asked to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string[] args, ShopArguments arguments)
    {
        var databasePath = arguments.DataPath;
        await using var app = Build(args, arguments);
        if (!TryUseCache(app.Services))
        {
            return 1;
        }

        // A page that a package brings; its link stands in _Layout.cshtml. It asks for the caches, so it is mapped when they are known to be right.
        app.MapFastOrmCachePage(OperatorAccess.Page, o => o.AuthorizationPolicy = OperatorAccess.Policy);
        return await TryPrepareAsync(app.Services, databasePath) && await TryStartAsync(app) ? await ServeAsync(app) : 1;
    }

    private static WebApplication Build(string[] args, ShopArguments arguments)
    {
        // The files of the shop lie beside the program, whatever the current directory is.
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddShop(arguments.DataPath, redis: arguments.Redis);
        builder.Services.AddSingleton<RecentRequests>();
        builder.Services.AddSingleton<ProductWatch>();
        LiveLimits.AddTo(builder.Services);
        builder.Services.AddLoad();
        builder.Services.AddOperatorAccess();
        builder.Services.AddRazorPages();
        builder.Services.Configure<RouteOptions>(o => o.LowercaseUrls = true);

        var app = builder.Build();
        app.UseExceptionHandler("/error/500");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<CostMiddleware>();
        app.UseRouting();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapLive();
        return app;
    }

    // Made now, so that a wrong address is said at once and not by the first page.
    private static bool TryUseCache(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<ICache>();
            return true;
        }
        catch (OptionsValidationException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return false;
        }
    }

    private static async Task<bool> TryPrepareAsync(IServiceProvider services, string databasePath)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(databasePath)!);
            await using var turn = await WaitForTurnAsync(databasePath);
            if (!File.Exists(databasePath))
            {
                Console.WriteLine($"Creating {databasePath} …");
            }

            await ShopDatabase.PrepareAsync(services);
            return true;
        }
        catch (Exception problem) when (problem is SqliteException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"Cannot use '{databasePath}' as the shop's database: {problem.Message} Choose another file with --data.");
            return false;
        }
    }

    // Of two shops that are started at once on one file, the second waits until the first has filled it.
    private static async Task<FileStream> WaitForTurnAsync(string databasePath)
    {
        var path = databasePath + ".lock";
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && tries < 3000)
            {
                if (tries == 0)
                {
                    Console.WriteLine($"Waiting for another shop that prepares {databasePath} …");
                }

                await Task.Delay(100);
            }
        }
    }

    private static async Task<bool> TryStartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (IOException problem)
        {
            await Console.Error.WriteLineAsync($"{problem.Message} Choose another address with --urls.");
            return false;
        }
        catch (OptionsValidationException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return false;
        }
    }

    private static async Task<int> ServeAsync(WebApplication app)
    {
        Console.WriteLine($"Open {string.Join(" or ", app.Urls)} in a browser. Ctrl+C stops the shop.");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
