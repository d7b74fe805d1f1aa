using Microsoft.Playwright;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>
/// The browser of the tests: Chromium or Chrome as the system has it. Playwright would download one of its own, which these tests never ask
/// it to. Without a browser the tests fail.
/// </summary>
internal static class Chromium
{
    private const string Remedy = "Install it (Debian: apt-get install chromium), or set FASTORM_CHROMIUM to the path of a Chromium or Chrome.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <exception cref="InvalidOperationException">There is no browser.</exception>
    public static Task<IBrowser> StartAsync(IPlaywright playwright)
        => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Find(),

            // Chromium's sandbox refuses to run for root, which is who runs tests in a container.
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
        });

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("FASTORM_CHROMIUM") is { Length: > 0 } given)
        {
            return given;
        }

        var folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name + suffix))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"These tests need a Chromium or Chrome, and there is none on the PATH. {Remedy}");
    }
}
