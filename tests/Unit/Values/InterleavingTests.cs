using FastOrm.Cache.Tests.Unit.CacheDocument;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>
/// Loads, refreshes, batches, sets, forgets, flushes, expiries, failures and cancellations in random order, on a clock and with loaders
/// that wait to be told: no read gives a value older than the last invalidation that was completed before the read began.
/// </summary>
public sealed class InterleavingTests
{
    private static readonly int Runs = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 100_000 : 2_000;

    [Fact]
    public Task No_read_is_older_than_the_last_invalidation_that_was_completed_before_it() => CheckAsync(Runs, static _ => { });

    [Fact]
    public Task Nor_is_any_where_another_tier_keeps_the_entries()
        => CheckAsync(Runs / 4, static options => options.UseLocalTier(static settings => new MemoryCacheTier(settings)));

    private static async Task CheckAsync(int runs, Action<FastOrmCacheOptions> configure)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), out var given) ? given : 4711;
        var (hits, stale) = (0L, 0L);
        for (var run = 0; run < runs; run++)
        {
            using var interleaving = new Interleaving(new Random(seed + run), configure);
            await interleaving.RunAsync($"seed {seed + run}");
            hits += interleaving.Statistics.Hits;
            stale += interleaving.Statistics.StaleHits;
        }

        Assert.True(hits > runs && stale > runs / 20, $"Only {hits} hits and {stale} stale values: this proves little.");
    }

    private sealed class Interleaving : IDisposable
    {
        private const int Steps = 40;
        private const int Keys = 3;

        private readonly Random _random;
        private readonly CacheLab _lab;
        private readonly int[] _source = new int[Keys];
        private readonly int[] _floor = new int[Keys];
        private readonly List<TaskCompletionSource<bool>> _gates = [];
        private readonly List<CancellationTokenSource> _callers = [];
        private readonly List<Task> _reads = [];

        public Interleaving(Random random, Action<FastOrmCacheOptions> configure)
        {
            _random = random;
            _lab = new CacheLab(options =>
            {
                options.LoadWait = TimeSpan.FromHours(1);
                configure(options);
            });
        }

        public CacheStatistics Statistics => _lab.Cache.Statistics;

        public async Task RunAsync(string name)
        {
            for (var step = 0; step < Steps; step++)
            {
                await StepAsync();
            }

            while (_reads.Exists(static read => !read.IsCompleted))
            {
                Release(success: true);
                await Task.Yield();
            }

            foreach (var read in _reads)
            {
                try
                {
                    await read;
                }
                catch (Exception exception) when (exception is OperationCanceledException or InvalidDataException)
                {
                    // As it was told to.
                }
                catch (StaleReadException exception)
                {
                    Assert.Fail($"{name}: {exception.Message}");
                }
            }
        }

        public void Dispose()
        {
            _lab.Dispose();
            _callers.ForEach(static caller => caller.Dispose());
        }

        private async Task StepAsync()
        {
            var key = _random.Next(Keys);
            switch (_random.Next(12))
            {
                case 0 or 1 or 2:
                    Begin(key, RememberAsync);
                    break;
                case 3:
                    Begin(key, RefreshAsync);
                    break;
                case 4:
                    _reads.Add(ReadManyAsync());
                    break;
                case 5 or 6:
                    Release(success: _random.Next(4) > 0);
                    await Task.Yield(); // Whoever waited may go on now, or later.
                    break;
                case 7 or 8:
                    Write(key);
                    break;
                case 9 when _callers.Count > 0:
                    await _callers[_random.Next(_callers.Count)].CancelAsync();
                    break;
                case 10:
                    _lab.Time.Advance(TimeSpan.FromSeconds(_random.Next(90)));
                    break;
                default:
                    Check(key, _floor[key], _lab.Cache.TryGet<int>(Name(key)));
                    break;
            }
        }

        private static string Name(int key) => $"k{key}";

        private static string[] Tags(int key) => [$"all:{key}"];

        private CacheEntryOptions Options() => _random.Next(3) switch
        {
            0 => new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(1) },
            1 => new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(1), StaleFor = TimeSpan.FromMinutes(2) },
            _ => new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(1), StaleIfError = TimeSpan.FromMinutes(2) },
        };

        private void Begin(int key, Func<int, CancellationToken, Task<CacheResult<int>>> read)
        {
            var caller = new CancellationTokenSource();
            _callers.Add(caller);
            _reads.Add(ReadAsync(key, _floor[key], read(key, caller.Token)));
        }

        private static async Task ReadAsync(int key, int floor, Task<CacheResult<int>> read) => Check(key, floor, await read);

        private async Task ReadManyAsync()
        {
            var floor = _floor.ToArray();
            var read = await _lab.Cache.RememberManyAsync<int, int>(
                Enumerable.Range(0, Keys),
                Name,
                Options(),
                async (ids, token) =>
                {
                    var values = ids.ToDictionary(static id => id, id => Volatile.Read(ref _source[id]));
                    await WaitAsync(token);
                    return values;
                },
                CancellationToken.None,
                "all:many");
            foreach (var (key, value) in read)
            {
                Check(key, floor[key], new CacheResult<int>(value));
            }
        }

        private Task<CacheResult<int>> RememberAsync(int key, CancellationToken token)
            => _lab.Cache.RememberAsync(Name(key), key, Options(), LoadAsync, token, Tags(key)).AsTask();

        private async Task<CacheResult<int>> RefreshAsync(int key, CancellationToken token)
            => new(await _lab.Cache.RefreshAsync(Name(key), key, Options(), LoadAsync, token, Tags(key)));

        // What it has read may be old before it returns.
        private async Task<int> LoadAsync(int key, CancellationToken token)
        {
            var value = Volatile.Read(ref _source[key]);
            await WaitAsync(token);
            return value;
        }

        private async Task WaitAsync(CancellationToken token)
        {
            var gate = new TaskCompletionSource<bool>();
            lock (_gates)
            {
                _gates.Add(gate);
            }

            if (!await gate.Task.WaitAsync(token))
            {
                throw new InvalidDataException();
            }
        }

        private void Release(bool success)
        {
            TaskCompletionSource<bool> gate;
            lock (_gates)
            {
                if (_gates.Count == 0)
                {
                    return;
                }

                var place = _random.Next(_gates.Count);
                gate = _gates[place];
                _gates.RemoveAt(place);
            }

            gate.SetResult(success);
        }

        private void Write(int key)
        {
            _source[key]++;
            switch (_random.Next(6))
            {
                case 0:
                    _lab.Cache.Forget(Name(key));
                    _floor[key] = _source[key];
                    break;
                case 1:
                    _lab.Cache.Set(Name(key), _source[key], new CacheEntryOptions { Tags = Tags(key) });
                    _floor[key] = _source[key];
                    break;
                case 2:
                    _lab.Cache.Flush($"all:{key}", "all:many");
                    _floor[key] = _source[key];
                    break;
                case 3:
                    _reads.Add(WriteThroughAsync(key, _source[key]));
                    break;
                case 4:
                    _lab.Cache.Flush("all");
                    _source.CopyTo(_floor, 0);
                    break;
                default:
                    _lab.Cache.Clear();
                    _source.CopyTo(_floor, 0);
                    break;
            }
        }

        // The source has it before the cache: what is read from when this has ended is no older.
        private async Task WriteThroughAsync(int key, int value)
        {
            await _lab.Cache.WriteThroughAsync(
                Name(key), value, (_, token) => WaitAsync(token), new CacheEntryOptions { Tags = Tags(key) });
            _floor[key] = Math.Max(_floor[key], value);
        }

        private static void Check(int key, int floor, CacheResult<int> read)
        {
            if (read.HasValue && read.Value < floor)
            {
                throw new StaleReadException($"{floor} was the version of {Name(key)} before the read began, but it gave {read.Value}.");
            }
        }
    }

    private sealed class StaleReadException(string message) : Exception(message);
}
