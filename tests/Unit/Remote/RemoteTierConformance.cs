using System.Text;
using System.Threading.Channels;
using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

/// <summary>
/// What every <see cref="IRemoteCacheTier"/> does. It uses nothing that is not public: copy it, derive from it, and give it your tier.
/// </summary>
/// <remarks>Each test has a store of its own, in which each call of <see cref="OpenAsync"/> opens the tier of one more node.</remarks>
public abstract partial class RemoteTierConformance
{
    /// <summary>Opens the tier of a node; of one test, all in one store.</summary>
    protected abstract ValueTask<IRemoteCacheTier> OpenAsync();

    /// <summary>Lets so much time pass for the store.</summary>
    protected abstract Task ElapseAsync(TimeSpan time);

    private static CancellationToken None => CancellationToken.None;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static RemoteEntry Entry(string key, string text) => new(key, Bytes(text), TimeSpan.FromMinutes(1));

    private static RemoteChange Change(int[] stamps, int[]? read = null, string[]? keys = null, string[]? removed = null, long source = 1)
        => new(source, stamps, keys ?? [], removed ?? [], read ?? [], []);

    private static string?[] Texts(RemoteReading? reading)
        => [.. Assert.IsType<RemoteReading>(reading).Entries.Select(static entry => entry is { } e ? Encoding.UTF8.GetString(e) : null)];

    private static void Same<T>(T[] expected, T[] actual) => Assert.Equal<IEnumerable<T>>(expected, actual);

    private static async Task<string?[]> TextsAsync(IRemoteCacheTier tier, params string[] keys)
        => Texts(await tier.ReadAsync(ReadOnlyMemory<int>.Empty, keys, None));

    private static async Task<RemoteReading> StampsAsync(IRemoteCacheTier tier, params int[] stamps)
        => Assert.IsType<RemoteReading>(await tier.ReadAsync(stamps, [], None));

    /// <summary>Gives each stamp a value of its own.</summary>
    private static async Task<RemoteReading> ChangedAsync(IRemoteCacheTier tier, params int[] stamps)
    {
        foreach (var stamp in stamps)
        {
            await tier.ChangeAsync(Change([stamp]), None);
        }

        return await StampsAsync(tier, stamps);
    }

    /// <summary>Hears what a tier tells, and fails if it tells two things at a time.</summary>
    private sealed class Ear
    {
        private readonly Channel<RemoteMessage> _heard = Channel.CreateUnbounded<RemoteMessage>();
        private int _inside;

        public void Hear(RemoteMessage message)
        {
            // No test waits for this source.
            var isAlone = Interlocked.Increment(ref _inside) == 1;
            Thread.SpinWait(500);
            _heard.Writer.TryWrite(isAlone ? message : message with { Source = -1 });
            Interlocked.Decrement(ref _inside);
        }

        /// <summary>What it hears up to the change of a stamp.</summary>
        public async Task<List<int>> UntilAsync(int stamp)
        {
            var heard = new List<int>();
            do
            {
                heard.AddRange((await NextAsync()).Stamps.ToArray());
            }
            while (heard[^1] != stamp);
            return heard;
        }

        public async Task<RemoteMessage> NextAsync() => await _heard.Reader.ReadAsync(None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
