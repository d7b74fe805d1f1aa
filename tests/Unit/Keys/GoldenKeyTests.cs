using System.Globalization;
using System.IO.Hashing;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>
/// Keys are shared between processes and versions, so their bytes may change only on purpose. Each line of the file is a name and the
/// hash of a query's key: version, shape and values, without the database.
/// </summary>
public sealed class GoldenKeyTests : IDisposable
{
    private readonly KeyLab _lab = new();

    [Fact]
    public void Keys_are_those_of_the_golden_file()
    {
        var actual = GoldenQueries.All.Select(query => $"{query.Name}: {Hash(_lab.Extracted(query.Make(_lab.Shop)))}").ToArray();
        var folder = Path.Combine(AppContext.BaseDirectory, "Keys", "Golden");
        Directory.CreateDirectory(folder);
        var actualFile = Path.Combine(folder, "keys.actual.txt");
        File.WriteAllLines(actualFile, actual);

        var goldenFile = Path.Combine(folder, "keys.txt");
        string[] expected = File.Exists(goldenFile) ? File.ReadAllLines(goldenFile) : [];

        var changed = expected.Except(actual, StringComparer.Ordinal).Select(static line => line.Split(':')[0]).ToArray();
        Assert.True(
            expected.SequenceEqual(actual, StringComparer.Ordinal),
            "The bytes of keys have changed. If that is meant, raise KeyVersion in RememberSession, so that entries of the format before "
            + "are not found, and replace tests/Unit/Keys/Golden/keys.txt by " + actualFile + ". Changed: " + string.Join(", ", changed));
    }

    [Fact]
    public void There_are_enough_of_them_and_all_differ()
    {
        var hashes = GoldenQueries.All.Select(query => Hash(_lab.Extracted(query.Make(_lab.Shop)))).ToArray();

        Assert.True(hashes.Length >= 30);
        Assert.Equal(hashes.Length, hashes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(hashes.Length, GoldenQueries.All.Select(static query => query.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_first_byte_is_the_version()
        => Assert.Equal(3, _lab.Extracted(_lab.Shop.Products).Shape.Span[0]);

    public void Dispose() => _lab.Dispose();

    private static string Hash(QueryKey key)
    {
        Assert.Null(key.Refusal);
        var buffer = new KeyBuffer();
        buffer.Int32(key.Shape.Length);
        buffer.Bytes(key.Shape.Span);
        buffer.Bytes(key.Values.Span[key.ValuesHeaderLength..]);
        return XxHash128.HashToUInt128(buffer.Span).ToString("x32", CultureInfo.InvariantCulture);
    }
}
