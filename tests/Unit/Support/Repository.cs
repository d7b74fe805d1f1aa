namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder)
        => folder is null ? throw new InvalidOperationException("The tests run outside of the repository.")
            : File.Exists(Path.Combine(folder, "FastOrm.Cache.sln")) ? folder
            : Find(Path.GetDirectoryName(folder));
}
