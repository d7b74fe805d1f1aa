using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence;

/// <summary>
/// Entries are shared between processes and versions, so their bytes may change only on purpose. Each line of the file is a name and the bytes of
/// an entry under the key of that name.
/// </summary>
public sealed class GoldenEnvelopeTests
{
    private static readonly (string Key, Envelope Entry)[] All =
    [
        ("value", Of(EnvelopeKind.Value, [7, 400_000], [-1, long.MaxValue], [1, 2, 3], [200, 0, 255])),
        ("null", Of(EnvelopeKind.Null, [0], [1], [9], [])),
        ("absence", Of(EnvelopeKind.Absence, [0], [1], [], [])),
        ("rows", Of(EnvelopeKind.Rows, [0, 8, 66_000, 90_000], [1, 2, 3, 4], [], [1, 1, 0, 5])),
        ("ünï\ud83d", Of(EnvelopeKind.Value, [], [], [], [1])),
    ];

    [Fact]
    public void Bytes_are_those_of_the_golden_file()
    {
        var actual = All.Select(static (entry, at) => $"{at}: {Convert.ToHexStringLower(entry.Entry.Write(entry.Key)!)}").ToArray();
        var folder = Path.Combine(AppContext.BaseDirectory, "Coherence", "Golden");
        Directory.CreateDirectory(folder);
        var actualFile = Path.Combine(folder, "envelopes.actual.txt");
        File.WriteAllLines(actualFile, actual);

        var goldenFile = Path.Combine(folder, "envelopes.txt");
        string[] expected = File.Exists(goldenFile) ? File.ReadAllLines(goldenFile) : [];
        Assert.True(
            expected.SequenceEqual(actual, StringComparer.Ordinal),
            "The bytes of entries have changed. If that is meant, raise Envelope.Version, so that nobody reads those of the format before, and "
            + "replace tests/Unit/Coherence/Golden/envelopes.txt by " + actualFile + ".");
    }

    [Fact]
    public void The_bytes_of_the_golden_file_are_still_read()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Coherence", "Golden", "envelopes.txt"));
        Assert.Equal(All.Length, lines.Length);
        foreach (var ((key, entry), line) in All.Zip(lines))
        {
            var read = Envelope.TryRead(key, Convert.FromHexString(line.Split(": ")[1]))!;

            Assert.Equal(Times(entry), Times(read));
            Assert.Equal(entry.Slots, read.Slots);
            Assert.Equal(entry.Stamps, read.Stamps);
            Assert.Equal(entry.Identity.ToArray(), read.Identity.ToArray());
            Assert.Equal(entry.Payload.ToArray(), read.Payload.ToArray());
        }
    }

    [Fact]
    public void The_first_bytes_say_whose_they_are_and_of_which_version_and_kind()
        => Assert.Equal([(byte)'F', (byte)'C', Envelope.Version, (byte)EnvelopeKind.Rows], All[3].Entry.Write("rows")!.AsSpan(0, 4).ToArray());

    private static (EnvelopeKind Kind, long Era, long StoredAt, long FreshFor, long StaleFor, long StaleIfError, long LocalFor) Times(Envelope entry)
        => (entry.Kind, entry.Era, entry.StoredAt, entry.FreshFor, entry.StaleFor, entry.StaleIfError, entry.LocalFor);

    private static Envelope Of(EnvelopeKind kind, int[] slots, long[] stamps, byte[] identity, byte[] payload)
        => new(kind, -5, 1_790_000_000_000, 60_000, 5_000, long.MaxValue, 0, slots, stamps, identity, payload);
}
