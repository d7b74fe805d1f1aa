using System.IO.Compression;
using FastOrm.Cache.Adapters;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Serializers;
using FastOrm.Cache.Tests.Unit.Support;
using FastOrm.Cache.Values;
using Microsoft.Extensions.Caching.Distributed;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>
/// Whatever the tier has in place of what was stored, a reader gets what was stored or nothing; no exception, and no more memory than the bytes
/// that were read can account for.
/// </summary>
public sealed class StoredBytesFuzzTests : IDisposable
{
    // What a look-up takes besides, and what a reader makes of each byte: JSON of one sign becomes an object, a byte of what is compressed up
    // to 256 others.
    private const long BytesAtLeast = 64 << 10;
    private const long BytesForEach = 64;

    private readonly RemoteLab _lab;
    private readonly List<Stored> _stored = [];
    private bool _readsMany;

    public StoredBytesFuzzTests()
    {
        _lab = new RemoteLab(nodes: 1, static options =>
        {
            options.Tiers = CacheTiers.Remote;
            options.Serializer = new CompressingCacheSerializer(new JsonCacheSerializer(), threshold: 300);
        });
        var distributed = new DistributedCacheAdapter(_lab.A);
        Keep("number", 7);
        Keep("text", "a text that somebody has stored");
        Keep<string?>("null", null);
        Keep("order", Order.OfNumber(3));
        Keep("other order", Order.OfNumber(9));
        Keep("lines", Enumerable.Range(0, 60).Select(static i => $"line {i} of many").ToList());
        distributed.Set("session", [1, 2, 3], new DistributedCacheEntryOptions { SlidingExpiration = Minute });
        Add("session", () => distributed.Get("session"), static value => value is byte[] and [1, 2, 3]);
    }

    private long Foreign => _lab.A.Statistics.Bypasses.GetValueOrDefault(RemoteBypasses.Foreign);

    [Fact]
    public void Damaged_entries_are_misses_that_are_counted()
    {
        var damages = 0;
        Fuzz.Each(Fuzz.Inputs, random =>
        {
            var (one, other) = (_stored[random.Next(_stored.Count)], _stored[random.Next(_stored.Count)]);
            var bytes = Fuzz.Damage(random, one.Bytes, other.Bytes);
            return (bytes, () =>
            {
                var isDamaged = !bytes.AsSpan().SequenceEqual(one.Bytes);
                damages += isDamaged ? 1 : 0;
                var value = Read(one, bytes, Most(bytes));
                Assert.True(isDamaged ? value is null : one.IsIt(value), $"{one.Key} is {value}.");
            });
        });

        Assert.Equal(damages, Foreign);
        Assert.True(damages > Fuzz.Inputs / 2);
        Assert.Equal(0, _lab.A.Statistics.RemoteFailures);
    }

    [Fact]
    public void Damaged_entries_with_the_right_checksum_are_misses_or_values()
    {
        var read = 0;
        Fuzz.Each(Fuzz.Inputs, random =>
        {
            var (one, other) = (_stored[random.Next(_stored.Count)], _stored[random.Next(_stored.Count)]);
            var bytes = Fuzz.Damage(random, one.Bytes, other.Bytes, from: random.Next(3) * 40);
            if (bytes.Length >= 12)
            {
                one.Bytes.AsSpan(0, 3).CopyTo(bytes);
                Envelope.Seal(CacheEngine.RemoteKeyOf(one.Key), bytes);
            }

            return (bytes, () => read += Read(one, bytes, Most(bytes) * (one.Key == "lines" ? 256 : 1)) is null ? 0 : 1);
        });

        Assert.InRange(read, Fuzz.Inputs / 100, Fuzz.Inputs);
        Assert.Equal(0, _lab.A.Statistics.RemoteFailures);
    }

    [Fact]
    public void What_would_unpack_to_far_more_than_its_bytes_is_a_miss()
    {
        var lines = _stored.Single(static stored => stored.Key == "lines");
        var packed = new byte[1 << 20];
        Assert.True(BrotliEncoder.TryCompress(new byte[64 << 20], packed, out var written, 1, 22));
        var entry = Envelope.TryRead(CacheEngine.RemoteKeyOf("lines"), lines.Bytes)!;
        foreach (var claim in new[] { 64 << 20, int.MaxValue, -1 })
        {
            var bytes = (entry with { Payload = (byte[])[1, .. BitConverter.GetBytes(claim), .. packed.AsSpan(0, written)] })
                .Write(CacheEngine.RemoteKeyOf("lines"))!;

            Assert.Null(Read(lines, bytes, BytesAtLeast + (256 * bytes.Length)));
        }

        Assert.Equal(3, _lab.A.Statistics.Bypasses[RemoteBypasses.NotReadable]);
    }

    [Fact]
    public void An_entry_that_depends_on_nothing_is_a_miss()
    {
        foreach (var stored in _stored)
        {
            var key = CacheEngine.RemoteKeyOf(stored.Key);
            Assert.Null(Read(stored, (Envelope.TryRead(key, stored.Bytes)! with { Slots = [], Stamps = [] }).Write(key)!, BytesAtLeast));
        }
    }

    public void Dispose() => _lab.Dispose();

    private static long Most(byte[] bytes) => BytesAtLeast + (BytesForEach * bytes.Length);

    private void Keep<T>(string key, T value)
    {
        _lab.A.Set(key, value, Minute);
        object? Unpacked(CacheResult<T> result) => result.IsCached ? result.Value ?? (object)DBNull.Value : null;
        Add(
            key,
            () => !_readsMany
                ? Unpacked(_lab.A.TryGet<T>(key))
                : _lab.A.GetMany<T>([key]) is { Count: 1 } found ? found[key] ?? (object)DBNull.Value : null,
            read => ValueFidelity.AreSame(value ?? (object)DBNull.Value, read));
    }

    private void Add(string key, Func<object?> read, Func<object?, bool> isIt)
    {
        _lab.Settle().GetAwaiter().GetResult();
        byte[] written = [];
        _lab.Tier.Tamper(CacheEngine.RemoteKeyOf(key), bytes => written = bytes);
        _stored.Add(new Stored(key, written, read, isIt));
        Assert.True(isIt(read()));
    }

    private object? Read(Stored stored, byte[] bytes, long most)
    {
        var key = CacheEngine.RemoteKeyOf(stored.Key);
        _lab.Tier.Tamper(key, _ => bytes);
        _readsMany = bytes.Length % 2 == 0; // It is the same either way.
        try
        {
            return Fuzz.Within(most, stored.Read);
        }
        finally
        {
            _lab.Tier.Tamper(key, _ => stored.Bytes);
        }
    }

    private sealed record Stored(string Key, byte[] Bytes, Func<object?> Read, Func<object?, bool> IsIt);
}
