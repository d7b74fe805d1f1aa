using System.Security.Cryptography;
using System.Text;
using FastOrm.Cache.Adapters;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Caching.Distributed;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>What is encrypted in the tier is read by those who have the key, and is nothing to all others.</summary>
public sealed class EncryptionTests : IDisposable
{
    private const string Secret = "a text that nobody else may read";

    private static readonly byte[] Old = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
    private static readonly byte[] New = [.. Enumerable.Range(1, 32).Select(static i => (byte)(7 * i))];

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;
    private readonly List<CacheEngine> _nodes = [];
    private int _loads;

    public EncryptionTests() => _store = new InMemoryRemoteStore(_time);

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public async Task Whoever_has_the_key_reads_what_another_node_has_stored(int size)
    {
        var encryption = new CacheEncryption(RandomNumberGenerator.GetBytes(size));
        var (a, b) = (Start(encryption), Start(encryption));

        await RememberAsync(a);

        Assert.Equal(Secret, await RememberAsync(b));
        Assert.Equal((1, 1), (_loads, b.Statistics.RemoteHits));
        Assert.Equal(Secret, (await b.GetManyAsync<string>(["k"]))["k"]);
    }

    [Fact]
    public async Task Nothing_of_a_value_nor_of_its_type_or_its_stamps_can_be_read_in_the_tier()
    {
        var node = Start(new CacheEncryption(New));
        await RememberAsync(node);
        await RememberAsync(Start(), "plain");

        var (bytes, plain) = (Bytes("k"), Bytes("plain"));

        Assert.True(plain.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) > 0);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Envelope.TryRead("v:plain", plain)!.Identity.Span));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(New.AsSpan(0, 8)));
    }

    [Fact]
    public async Task An_absence_and_a_null_look_like_any_other_value()
    {
        var encryption = new CacheEncryption(New);
        var (a, b) = (Start(encryption), Start(encryption));
        a.Set<string?>("null", null, Minute);
        await a.RememberAsync<string?>(
            "absent", new CacheEntryOptions { Ttl = Minute, IsNotFound = static _ => true }, static _ => throw new KeyNotFoundException());
        await SettleAsync();

        Assert.True((await b.TryGetAsync<string?>("null")).HasValue);
        Assert.True(await b.TryGetAsync<string>("absent") is { IsCached: true, HasValue: false });
        Assert.All(_store.Keys, key => Assert.Equal("FE\u0001", Encoding.Latin1.GetString(BytesOf(key), 0, 3)));
    }

    [Fact]
    public async Task What_is_set_for_all_applications_by_IDistributedCache_is_encrypted_too()
    {
        var encryption = new CacheEncryption(New);
        var (a, b) = (new DistributedCacheAdapter(Start(encryption)), new DistributedCacheAdapter(Start(encryption)));
        var stranger = new DistributedCacheAdapter(Start(new CacheEncryption(Old)));

        await a.SetAsync("k", Encoding.UTF8.GetBytes(Secret), new DistributedCacheEntryOptions { SlidingExpiration = Minute });

        Assert.Equal(-1, Bytes("k").AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
        Assert.Equal(Secret, Encoding.UTF8.GetString((await b.GetAsync("k"))!));
        Assert.Null(await stranger.GetAsync("k"));
    }

    [Fact]
    public async Task A_hit_in_memory_decrypts_nothing()
    {
        var node = Start(new CacheEncryption(New));
        await RememberAsync(node);
        _store.Tamper("v:k", static _ => []);

        Assert.Equal(Secret, await RememberAsync(node));
        Assert.Equal(1, _loads);
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("no key")]
    [InlineData("the key of a cache of another name")]
    public async Task Without_the_key_it_is_a_miss_that_is_counted(string has)
    {
        await RememberAsync(Start(new CacheEncryption(New)));
        var stranger = has switch
        {
            "another key" => Start(new CacheEncryption(Old)),
            "no key" => Start(),
            _ => Start(new CacheEncryption(New), "another"),
        };

        Assert.False((await stranger.TryGetAsync<string>("k")).IsCached);
        Assert.Equal(Secret, await RememberAsync(stranger));
        Assert.Equal(2, _loads);
        Assert.Equal(2, stranger.Statistics.Bypasses[has == "no key" ? RemoteBypasses.Foreign : RemoteBypasses.Undecipherable]);
        Assert.Equal(0, stranger.Statistics.RemoteFailures);
    }

    [Fact]
    public async Task What_somebody_has_stored_without_a_key_is_a_miss_to_those_who_have_one()
    {
        await RememberAsync(Start());
        var node = Start(new CacheEncryption(New));

        Assert.False((await node.TryGetAsync<string>("k")).IsCached);
        Assert.Equal(1, node.Statistics.Bypasses[RemoteBypasses.Undecipherable]);
    }

    [Fact]
    public async Task Each_bit_that_is_changed_and_each_byte_that_is_missing_makes_it_a_miss()
    {
        var node = Start(new CacheEncryption(New), tiers: CacheTiers.Remote);
        await RememberAsync(node);
        var bytes = Bytes("k");
        var damages = 0;
        for (; damages < 8 * bytes.Length; damages++)
        {
            var changed = bytes.ToArray();
            changed[damages / 8] ^= (byte)(1 << (damages % 8));
            _store.Tamper("v:k", _ => changed);
            Assert.False(node.TryGet<string>("k").IsCached);
        }

        for (var length = 0; length < bytes.Length; length++, damages++)
        {
            _store.Tamper("v:k", _ => bytes[..length]);
            Assert.False(node.TryGet<string>("k").IsCached);
        }

        _store.Tamper("v:k", _ => bytes);
        Assert.True(node.TryGet<string>("k").IsCached);
        Assert.Equal(damages, node.Statistics.Bypasses[RemoteBypasses.Undecipherable]);
    }

    [Fact]
    public async Task Whoever_puts_an_entry_under_the_key_of_another_gains_nothing()
    {
        var node = Start(new CacheEncryption(New), tiers: CacheTiers.Remote);
        await RememberAsync(node, "one");
        await RememberAsync(node, "two");
        var one = Bytes("one");
        _store.Tamper("v:two", _ => one);

        Assert.False((await node.TryGetAsync<string>("two")).IsCached);
        Assert.Empty(await node.GetManyAsync<string>(["two"]));
        Assert.Equal(2, node.Statistics.Bypasses[RemoteBypasses.Undecipherable]);
    }

    [Fact]
    public async Task After_a_change_of_keys_what_was_stored_before_is_read_and_what_is_stored_is_under_the_new_one()
    {
        await RememberAsync(Start(new CacheEncryption(Old)), "before");
        var node = Start(new CacheEncryption(New, Old));

        Assert.Equal(Secret, await RememberAsync(node, "before"));
        await RememberAsync(node, "after");

        Assert.Equal(2, _loads);
        Assert.False(Start(new CacheEncryption(Old)).TryGet<string>("after").IsCached);
        var later = Start(new CacheEncryption(New));
        Assert.True(later.TryGet<string>("after").IsCached);
        Assert.False(later.TryGet<string>("before").IsCached);
    }

    [Fact]
    public void The_same_entry_is_never_encrypted_to_the_same_bytes()
    {
        var cipher = new CacheEncryption(New).CipherOf("default");
        var entries = Enumerable.Range(0, 1_000).Select(_ => cipher.Encrypt("k", "entry"u8)).ToArray();

        Assert.Equal(1_000, entries.Select(static bytes => Convert.ToHexString(bytes.AsSpan(11, 28))).Distinct().Count());
        Assert.Equal(1_000, entries.Select(static bytes => Convert.ToHexString(bytes.AsSpan(39))).Distinct().Count());
        Assert.Single(entries.Select(static bytes => Convert.ToHexString(bytes.AsSpan(0, 11))).Distinct());
        Assert.All(entries, bytes => Assert.Equal("entry"u8.ToArray(), cipher.Decrypt("k", bytes)));
    }

    // Nodes of other versions of the library read it: who changes it changes its third byte.
    [Fact]
    public void These_bytes_are_still_read()
    {
        const string Golden
            = "464501623558F3A94B8D8E82D0BFC2277F62097A0E23FB5D2C88C74B90E7F9ACE163517F7A1C3F"
            + "F2E13F5E68ADEE289F53380D32A0379302AAA17A5B2552C7D089CA2EB4D3B373B41F3EB0";
        var cipher = new CacheEncryption(New, Old).CipherOf("default");

        Assert.Equal("of the first version"u8.ToArray(), cipher.Decrypt("k", Convert.FromHexString(Golden)));
        Assert.Null(cipher.Decrypt("K", Convert.FromHexString(Golden)));
    }

    [Fact]
    public void Damaged_bytes_are_nothing_and_cost_no_more_than_their_length()
    {
        var cipher = new CacheEncryption(New, Old).CipherOf("default");
        var random = new Random(1);
        byte[][] entries = [.. Enumerable.Range(0, 50).Select(_ => cipher.Encrypt("k", new byte[random.Next(1_000)]))];
        Fuzz.Each(Fuzz.Inputs / 5, random =>
        {
            var whole = entries[random.Next(entries.Length)];
            var bytes = Fuzz.Damage(random, whole, entries[random.Next(entries.Length)], random.Next(2) * 39);
            return (bytes, () => Assert.Equal(
                Array.Exists(entries, entry => entry.AsSpan().SequenceEqual(bytes)),
                Fuzz.Within(20_000 + (2 * bytes.Length), () => cipher.Decrypt("k", bytes)) is not null));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(33)]
    public void A_key_of_another_length_is_refused_and_not_shown(int size)
    {
        var key = Enumerable.Repeat((byte)'s', size).ToArray();
        var current = Assert.Throws<ArgumentException>(() => new CacheEncryption(key));
        var previous = Assert.Throws<ArgumentException>(() => new CacheEncryption(New, Old, key));
        var text = Assert.Throws<FormatException>(() => CacheEncryption.Parse(Convert.ToBase64String(key)));

        Assert.StartsWith(
            $"A key of a CacheEncryption must have 16, 24 or 32 bytes (128, 192 or 256 bits), and one has {size}. Make one with", current.Message);
        Assert.Equal(("current", "previous"), (current.ParamName, previous.ParamName));
        Assert.DoesNotContain("c3Nz", text.Message, StringComparison.Ordinal);
        Assert.Equal("CacheEncryption of 2 keys", new CacheEncryption(New, Old).ToString());
    }

    [Fact]
    public async Task A_key_that_its_owner_changes_afterwards_stays_what_it_was()
    {
        var key = New.ToArray();
        var encryption = new CacheEncryption(key);
        Array.Clear(key);
        await RememberAsync(Start(encryption));

        Assert.True(Start(CacheEncryption.Parse($"{Convert.ToBase64String(Old)}, {Convert.ToBase64String(New)}")).TryGet<string>("k").IsCached);
    }

    public void Dispose() => _nodes.ForEach(static node => node.Dispose());

    private CacheEngine Start(CacheEncryption? encryption = null, string name = "default", CacheTiers tiers = CacheTiers.All)
    {
        var options = new FastOrmCacheOptions { TimeProvider = _time, Encryption = encryption, Tiers = tiers };
        var node = new CacheEngine(name, options.UseRemoteTier(_ => new InMemoryRemoteTier(_store)));
        _nodes.Add(node);
        return node;
    }

    private async Task<string> RememberAsync(CacheEngine node, string key = "k")
    {
        var value = await node.RememberAsync(key, Minute, _ => Task.FromResult(Secret + (++_loads > 9 ? "!" : "")));
        await SettleAsync();
        return value;
    }

    private async Task SettleAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Remote!.DrainAsync();
        }
    }

    private byte[] Bytes(string key) => BytesOf("v:" + key);

    private byte[] BytesOf(string key)
    {
        byte[] found = [];
        _store.Tamper(key, bytes => found = bytes);
        return found;
    }
}
