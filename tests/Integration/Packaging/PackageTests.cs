using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Packaging;

public sealed class PackageTests(PackedProjects packed) : IClassFixture<PackedProjects>
{
    private const string Versions = "Directory.Packages.props";

    public static TheoryData<string> Projects { get; } = ["FastOrm.Cache", "FastOrm.Cache.EfCore", "FastOrm.Cache.AspNetCore"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_holds_the_library_its_documentation_and_the_readme(string project)
    {
        var files = packed.FilesOf(project, "nupkg");

        Assert.NotEmpty(files[$"lib/net10.0/{project}.dll"]);
        Assert.NotEmpty(files[$"lib/net10.0/{project}.xml"]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "README.md")), files["README.md"]);
        Assert.DoesNotContain(files.Keys, file => file.EndsWith(".pdb", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_symbols_are_in_a_package_beside_it(string project)
        => Assert.NotEmpty(packed.FilesOf(project, "snupkg")[$"lib/net10.0/{project}.pdb"]);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_says_what_it_is(string project)
    {
        var metadata = packed.MetadataOf(project);

        Assert.Equal(project, metadata.Element("id")!.Value);
        Assert.Equal(PackedProjects.PropertyOf("Directory.Build.props", "Version"), metadata.Element("version")!.Value);
        Assert.Equal("MIT", metadata.Element("license")!.Value);
        Assert.Equal("README.md", metadata.Element("readme")!.Value);
        Assert.Contains("cache", metadata.Element("tags")!.Value.Split(' '));
        Assert.NotEmpty(metadata.Element("description")!.Value);
        Assert.NotEmpty(metadata.Element("authors")!.Value);
        Assert.Null(metadata.Element("repository"));
        Assert.DoesNotContain("$", metadata.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Whatever_a_project_refers_to_is_a_dependency_of_its_package(string project)
    {
        var references = PackedProjects.ReferencesOf(project);
        if (project != "FastOrm.Cache.AspNetCore")
        {
            references = references.Append("System.IO.Hashing");
        }

        Assert.Equal(references.Order(StringComparer.Ordinal), packed.DependenciesOf(project).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_core_asks_for_the_versions_of_the_full_feed()
    {
        var dependencies = packed.DependenciesOf("FastOrm.Cache");
        var extensions = PackedProjects.PropertyOf(Versions, "ExtensionsVersion");

        Assert.Equal(PackedProjects.PropertyOf(Versions, "PackedRedisVersion"), dependencies["StackExchange.Redis"]);
        Assert.Equal(PackedHashingVersion(), dependencies["System.IO.Hashing"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Caching.Abstractions"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Configuration.Abstractions"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.DependencyInjection.Abstractions"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Diagnostics.HealthChecks"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Hosting.Abstractions"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Logging.Abstractions"]);
        Assert.Equal(extensions, dependencies["Microsoft.Extensions.Options"]);
    }

    [Fact]
    public void The_EF_Core_package_asks_for_EF_Core_10_and_for_this_very_core()
    {
        var dependencies = packed.DependenciesOf("FastOrm.Cache.EfCore");

        Assert.Equal($"[{PackedProjects.PropertyOf(Versions, "EfVersion")}, 11.0.0)", dependencies["Microsoft.EntityFrameworkCore.Relational"]);
        Assert.Equal($"[{PackedProjects.PropertyOf("Directory.Build.props", "Version")}]", dependencies["FastOrm.Cache"]);
        Assert.Equal(PackedHashingVersion(), dependencies["System.IO.Hashing"]);
    }

    [Fact]
    public void The_page_needs_ASP_NET_Core_and_this_very_core()
    {
        Assert.Equal($"[{PackedProjects.PropertyOf("Directory.Build.props", "Version")}]", packed.DependenciesOf("FastOrm.Cache.AspNetCore")["FastOrm.Cache"]);
        Assert.Contains("Microsoft.AspNetCore.App", packed.MetadataOf("FastOrm.Cache.AspNetCore").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_dependency_is_older_than_the_assembly_that_was_compiled_against(string project)
    {
        var assemblies = packed.AssembliesOf(project);
        foreach (var (id, range) in packed.DependenciesOf(project))
        {
            if (assemblies.TryGetValue(id, out var assembly))
            {
                Assert.True(Version.Parse(range.Trim('[', ']', ')').Split(',')[0]) >= PackageOf(assembly), $"{id} {range}, compiled against {assembly}.");
            }
        }
    }

    // Packages of .NET number the patches of an assembly in its last place, EF Core in the third.
    private static Version PackageOf(Version assembly)
        => new(assembly.Major, assembly.Minor, assembly.Build == 0 ? assembly.Revision : assembly.Build);

    private static string PackedHashingVersion()
        => PackedProjects.PropertyOf(Versions, "PackedHashingVersion")
            .Replace("$(ExtensionsVersion)", PackedProjects.PropertyOf(Versions, "ExtensionsVersion"), StringComparison.Ordinal);
}
