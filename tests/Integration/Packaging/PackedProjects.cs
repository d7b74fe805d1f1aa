using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Packaging;

/// <summary>The libraries, packed once by <c>dotnet pack</c> into a folder of their own.</summary>
public sealed class PackedProjects : IDisposable
{
    private static readonly TimeSpan PackTimeout = TimeSpan.FromMinutes(3);

    public PackedProjects()
    {
        foreach (var project in new[] { "FastOrm.Cache", "FastOrm.Cache.EfCore", "FastOrm.Cache.AspNetCore" })
        {
            Pack(Path.Combine(Repository.Root, "src", project));
        }
    }

    private string Folder { get; } = Directory.CreateTempSubdirectory("fastorm-packages-").FullName;

    public static string PropertyOf(string file, string name)
        => XDocument.Load(Path.Combine(Repository.Root, file)).Descendants(name).Single().Value;

    /// <summary>What a project refers to: packages and projects by their names.</summary>
    public static IEnumerable<string> ReferencesOf(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        return file.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)
            .Concat(file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)));
    }

    public Dictionary<string, byte[]> FilesOf(string project, string extension)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(Folder, $"{project}.?.?.?.{extension}").Single());
        return package.Entries.ToDictionary(entry => entry.FullName, Bytes);
    }

    public XElement MetadataOf(string project)
    {
        var nuspec = XDocument.Load(new MemoryStream(FilesOf(project, "nupkg")[project + ".nuspec"])).Root!;
        foreach (var element in nuspec.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName; // The namespace says only which version of the schema was needed.
        }

        return nuspec.Element("metadata")!;
    }

    public Dictionary<string, string> DependenciesOf(string project)
        => MetadataOf(project).Element("dependencies")!.Elements("group").Single(group => group.Attribute("targetFramework")!.Value == "net10.0")
            .Elements("dependency")
            .ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

    /// <summary>The assemblies that the packed library was compiled against, with their versions.</summary>
    public Dictionary<string, Version> AssembliesOf(string project)
    {
        using var file = new PEReader(new MemoryStream(FilesOf(project, "nupkg")[$"lib/net10.0/{project}.dll"]));
        var metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .ToDictionary(reference => metadata.GetString(reference.Name), reference => reference.Version);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    // What the tests run against has been built: it is packed as it is, in the configuration of the tests.
    private void Pack(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet", ["pack", project, "--no-build", "-c", configuration, "-o", Folder, "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
#if FULL_FEED
        start.ArgumentList.Add("-p:FullFeed=true");
#endif
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(PackTimeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet pack {project} did not end within {PackTimeout}.");
        }

        Assert.True(process.ExitCode == 0, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }
}
