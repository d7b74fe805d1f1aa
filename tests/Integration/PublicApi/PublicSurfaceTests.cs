using System.Reflection;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.PublicApi;

/// <summary>What applications can depend on changes on purpose only: the file beside the project's says what it is.</summary>
public sealed class PublicSurfaceTests
{
    public static TheoryData<string> Assemblies { get; } = ["FastOrm.Cache", "FastOrm.Cache.EfCore", "FastOrm.Cache.AspNetCore"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_one_that_is_written_down(string name)
    {
        var file = Path.Combine(Repository.Root, "src", name, "PublicApi.txt");
        var surface = PublicSurface.Of(Assembly.Load(name));
        if (Environment.GetEnvironmentVariable("FASTORM_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, surface);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == surface,
            $"{file} is not the public surface. If the change is meant, write it anew and look at the difference: "
                + "FASTORM_WRITE_DOCS=1 dotnet test tests/Integration --filter PublicSurfaceTests");
    }

    [Fact]
    public void Members_are_written_as_in_code()
    {
        var surface = PublicSurface.Of(typeof(RememberQueryableExtensions).Assembly).Split('\n');

        Assert.Contains(
            "    static IQueryable<T> Remember<T>(this IQueryable<T> source, string key, TimeSpan ttl, params string[] tags)", surface);
        Assert.Contains("    TimeSpan? Ttl { get; init; }", surface);
    }
}
