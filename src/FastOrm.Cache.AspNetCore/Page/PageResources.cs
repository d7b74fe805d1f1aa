using System.Text;
using System.Text.Encodings.Web;

namespace FastOrm.Cache.AspNetCore.Page;

/// <summary>The files of the page, which are parts of the assembly.</summary>
internal static class PageResources
{
    private static readonly string Template = Read("page.html");

    /// <summary>The files beside the page, with their types.</summary>
    public static IReadOnlyList<(string Name, string Type, byte[] Bytes)> Files { get; } =
    [
        .. from file in new[]
           {
               ("page.css", "text/css; charset=utf-8"),
               ("page.js", "text/javascript; charset=utf-8"),
               ("chart.js", "text/javascript; charset=utf-8"),
               ("explain.js", "text/javascript; charset=utf-8"),
               ("icon.svg", "image/svg+xml"),
           }
           select (file.Item1, file.Item2, Encoding.UTF8.GetBytes(Read(file.Item1))),
    ];

    /// <summary>The page.</summary>
    /// <param name="path">Its own path.</param>
    /// <param name="caches">The names of the caches.</param>
    /// <param name="header">The header in which the token is sent back.</param>
    /// <param name="token">The antiforgery token.</param>
    public static string Render(string path, IEnumerable<string> caches, string header, string token)
    {
        var encoder = HtmlEncoder.Default;
        var options = string.Concat(caches.Select(name => $"<option value=\"{encoder.Encode(name)}\">{encoder.Encode(name)}</option>"));
        return Template
            .Replace("{{path}}", encoder.Encode(path), StringComparison.Ordinal)
            .Replace("{{header}}", encoder.Encode(header), StringComparison.Ordinal)
            .Replace("{{token}}", encoder.Encode(token), StringComparison.Ordinal)
            .Replace("{{caches}}", options, StringComparison.Ordinal);
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PageResources).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
