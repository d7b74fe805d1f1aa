using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using FastOrm.Cache.Benchmarks.Ratios;

namespace FastOrm.Cache.Benchmarks.Redis;

/// <summary>What the compressions of the base library make of encoded rows, and how long they take: docs/redis.md cites it.</summary>
internal static class CompressionTable
{
    private static readonly int[] Counts = [20, 100, 1_000, 5_000];

    private static readonly (string Name, Func<Stream, Stream> Compress, Func<Stream, Stream> Decompress)[] Ways =
    [
        .. new[] { 0, 1, 2, 4 }.Select(static quality => Way(
            $"Brotli {quality}",
            target => new BrotliStream(target, new BrotliCompressionOptions { Quality = quality }, leaveOpen: true),
            static source => new BrotliStream(source, CompressionMode.Decompress))),
        .. Levels("Deflate", static (target, level) => new DeflateStream(target, level, leaveOpen: true), static source => new DeflateStream(source, CompressionMode.Decompress)),
        .. Levels("ZLib", static (target, level) => new ZLibStream(target, level, leaveOpen: true), static source => new ZLibStream(source, CompressionMode.Decompress)),
        .. Levels("GZip", static (target, level) => new GZipStream(target, level, leaveOpen: true), static source => new GZipStream(source, CompressionMode.Decompress)),
    ];

    public static int Print()
    {
        Console.WriteLine("| rows | bytes | compression | share | compress, µs | MB/s | decompress, µs |");
        Console.WriteLine("|---:|---:|---|---:|---:|---:|---:|");
        foreach (var count in Counts)
        {
            var bytes = new EncodedRows(count).Bytes.ToArray();
            foreach (var (name, compress, decompress) in Ways)
            {
                var compressed = Copied(bytes, compress);
                var forth = Microseconds(() => Copied(bytes, compress));
                var back = Microseconds(() => Inflated(compressed, decompress));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {count} | {bytes.Length} | {name} | {100.0 * compressed.Length / bytes.Length:0} % | {forth:0} | {bytes.Length / forth:0} | {back:0} |"));
            }
        }

        return 0;
    }

    private static (string Name, Func<Stream, Stream> Compress, Func<Stream, Stream> Decompress) Way(
        string name, Func<Stream, Stream> compress, Func<Stream, Stream> decompress)
        => (name, compress, decompress);

    private static IEnumerable<(string Name, Func<Stream, Stream> Compress, Func<Stream, Stream> Decompress)> Levels(
        string name, Func<Stream, CompressionLevel, Stream> compress, Func<Stream, Stream> decompress)
        => new[] { CompressionLevel.Fastest, CompressionLevel.Optimal }
            .Select(level => Way($"{name} {level}", target => compress(target, level), decompress));

    private static byte[] Copied(byte[] bytes, Func<Stream, Stream> compress)
    {
        using var target = new MemoryStream(bytes.Length);
        using (var stream = compress(target))
        {
            stream.Write(bytes);
        }

        return target.ToArray();
    }

    private static int Inflated(byte[] compressed, Func<Stream, Stream> decompress)
    {
        using var stream = decompress(new MemoryStream(compressed));
        var buffer = new byte[1 << 16];
        var length = 0;
        for (int read; (read = stream.Read(buffer)) > 0; length += read)
        {
        }

        return length;
    }

    private static double Microseconds<T>(Func<T> operation)
    {
        for (var i = 0; i < 20; i++)
        {
            operation();
        }

        var samples = new double[31];
        for (var i = 0; i < samples.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            operation();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return PairedTimer.Median(samples);
    }
}
