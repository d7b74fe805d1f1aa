
namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>
/// Encoded rows are shared between processes and versions, so their bytes may change only on purpose. Each line of the file is a name and
/// the bytes of some rows.
/// </summary>
public sealed class GoldenRowsTests
{
    private static readonly (string Name, CodecLab Rows)[] All =
    [
        ("scalars", CodecLab.Of(
            (typeof(int), [1, 2, 300]), (typeof(long), [-1L, null, long.MaxValue]), (typeof(bool), [true, false, true]),
            (typeof(double), [1.5, double.NaN, -0d]), (typeof(decimal), [1.50m, -2.25m, null]), (typeof(Guid), [Guid.Empty, Guid.AllBitsSet, null]),
            (typeof(char), ['a', 'b', '\uffff']))),
        ("times", CodecLab.Of(
            (typeof(DateTime), [new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)]),
            (typeof(DateTimeOffset), [new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)), null]),
            (typeof(DateOnly), [new DateOnly(2026, 1, 1), DateOnly.MaxValue]), (typeof(TimeSpan), [TimeSpan.FromDays(-1), TimeSpan.FromTicks(1)]))),
        ("texts", CodecLab.Of(
            (typeof(string), ["", "text", null, "ünï\ud83d\ude00"]), (typeof(string), ["a", "\ud83d", "b", "c"]), (typeof(byte[]), [new byte[] { 1, 2 }, null, Array.Empty<byte>(), new byte[] { 255 }]))),
        ("repeated texts", CodecLab.Of((typeof(string), [.. Enumerable.Range(0, 40).Select(static i => (object)(i % 2 == 0 ? "even" : "odd"))]))),
        ("collections", CodecLab.Of(
            (typeof(int?[]), [new int?[] { 1, null }, Array.Empty<int?>()]), (typeof(List<string?>), [new List<string?> { "a", null }, null]),
            (typeof(Dictionary<string, string?>), [new Dictionary<string, string?> { ["k"] = "v", ["n"] = null }, null]),
            (typeof(int[,]), [new[,] { { 1, 2 }, { 3, 4 } }, null]))),
        ("objects", CodecLab.Of(
            (typeof(Interval<int>), [new Interval<int>(1, 5, true), null]), (typeof(Route), [new Route("a", [1.5]), new Route(null)]),
            (typeof(Node), [new Both(new Word("a"), null), new Word("b")]), (typeof(System.Net.IPAddress), [System.Net.IPAddress.Loopback, System.Net.IPAddress.IPv6Loopback]))),
        ("no rows", CodecLab.Of((typeof(int), []), (typeof(string), []))),
    ];

    [Fact]
    public void Bytes_are_those_of_the_golden_file()
    {
        var actual = All.Select(static rows => $"{rows.Name}: {Convert.ToHexStringLower(rows.Rows.Encode())}").ToArray();
        var folder = Path.Combine(AppContext.BaseDirectory, "Rows", "Codec", "Golden");
        Directory.CreateDirectory(folder);
        var actualFile = Path.Combine(folder, "rows.actual.txt");
        File.WriteAllLines(actualFile, actual);

        var goldenFile = Path.Combine(folder, "rows.txt");
        string[] expected = File.Exists(goldenFile) ? File.ReadAllLines(goldenFile) : [];
        var changed = expected.Except(actual, StringComparer.Ordinal).Select(static line => line.Split(':')[0]).ToArray();
        Assert.True(
            expected.SequenceEqual(actual, StringComparer.Ordinal),
            "The bytes of rows have changed. If that is meant, raise FormatVersion in RowCodec, so that nobody reads those of the format "
            + "before, and replace tests/Unit/Rows/Codec/Golden/rows.txt by " + actualFile + ". Changed: " + string.Join(", ", changed));
    }

    [Fact]
    public void The_bytes_of_the_golden_file_are_still_read()
    {
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Rows", "Codec", "Golden", "rows.txt")))
        {
            var (name, bytes) = (line.Split(": ")[0], Convert.FromHexString(line.Split(": ")[1]));
            var rows = All.Single(rows => rows.Name == name).Rows;
            rows.AssertSame(rows.Decode(bytes));
        }
    }

    [Fact]
    public void The_first_bytes_are_the_versions()
        => Assert.Equal([2, 1, 0], CodecLab.OfOne(1).Encode().AsSpan(0, 3).ToArray());
}
