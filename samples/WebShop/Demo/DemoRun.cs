using FastOrm.Cache;
using FastOrm.Cache.EfCore;
using WebShop.Shop;

namespace WebShop.Demo;

/// <summary>What a step shows, and whether that is what it should show.</summary>
public readonly record struct Sight(bool Holds, string Shows);

/// <summary>The kinds of step of the demo. Each runs the shop's services, checks what came back and reports.</summary>
public sealed class DemoRun(IServiceProvider services, DemoReport report)
{
    private const int UncachedRuns = 9;
    private const int ColdRuns = 5;
    private const int HitRuns = 25;

    private readonly ICache _cache = services.GetRequiredService<ICache>();

    /// <summary>Runs a step without measuring it.</summary>
    public async Task<T> DoAsync<T>(Func<ShopScope, Task<T>> step) => (await Reading.TakeAsync(services, step)).Value;

    /// <summary>Reads past the cache, from an emptied cache and from a filled one, and compares.</summary>
    public async Task MeasureAsync<T>(string name, Func<ShopScope, Task<T>> read)
    {
        var uncached = await MedianAsync(name, "uncached", UncachedRuns, () => ReadUncachedAsync(read));
        var cold = await MedianAsync(name, "cold", ColdRuns, () => ReadColdAsync(read));
        var hit = await MedianAsync(name, "hit", HitRuns, () => Reading.TakeAsync(services, read));

        report.Expect(uncached.Commands > 0, name, "the uncached reading ran no SQL");
        report.Expect(cold.Commands == uncached.Commands, name, $"{cold.Commands} commands cold, {uncached.Commands} uncached");
        report.Expect(hit.Commands == 0, name, $"a hit ran {hit.Commands} SQL commands");
        report.Expect(hit.Hits == cold.Commands, name, $"{hit.Hits} hits answered {cold.Commands} commands");
        report.Expect(cold.Text == uncached.Text, name, "the cold result differs from the uncached one");
        report.Expect(hit.Text == uncached.Text, name, "the remembered result differs from the uncached one");
        report.Readings(name, uncached, cold, hit);
    }

    /// <summary>Changes something; that must reach the database.</summary>
    public async Task<T> ChangeAsync<T>(string name, Func<ShopScope, Task<T>> change, Func<T, Sight> check)
    {
        var reading = await Reading.TakeAsync(services, change);
        var sight = check(reading.Value);
        report.Expect(reading.Commands > 0, name, "the change ran no SQL");
        report.Expect(sight.Holds, name, $"shows {sight.Shows}");
        report.Step(name, reading, sight.Shows);
        return reading.Value;
    }

    /// <summary>Reads something that a change has made out of date: from the database the first time, then remembered.</summary>
    public async Task ReadChangedAsync<T>(string name, Func<ShopScope, Task<T>> read, Func<T, Sight> check)
    {
        var first = await Reading.TakeAsync(services, read);
        report.Expect(first.Commands > 0, name, "what was remembered before the change was served after it");
        await ShowAsync(name, name, first, read, check);

        var again = await Reading.TakeAsync(services, read);
        report.Expect(again.Commands == 0, name, $"the second reading ran {again.Commands} SQL commands");
        await ShowAsync($"{name}, again", "  again", again, read, check);
    }

    private async Task ShowAsync<T>(
        string name, string label, Reading<T> reading, Func<ShopScope, Task<T>> read, Func<T, Sight> check)
    {
        var (holds, shows) = check(reading.Value);
        var uncached = await ReadUncachedAsync(read);
        report.Expect(holds, name, $"shows {shows}");
        report.Expect(reading.Text == uncached.Text, name, "the result differs from the uncached one");
        report.Step(label, reading, shows);
    }

    // The first run compiles the query, which no shopper but the first ever waits for; it is left out.
    private async Task<Reading<T>> MedianAsync<T>(string name, string kind, int times, Func<Task<Reading<T>>> take)
    {
        await take();
        var readings = new List<Reading<T>>(times);
        for (var i = 0; i < times; i++)
        {
            readings.Add(await take());
        }

        readings.Sort((a, b) => a.Milliseconds.CompareTo(b.Milliseconds));
        var median = readings[times / 2];
        if (readings.Find(r => !r.SameAs(median)) is { } odd)
        {
            var difference = odd.Text == median.Text
                ? $"{odd.Commands} SQL commands and {odd.Hits} hits in one {kind} reading, {median.Commands} and {median.Hits} in others"
                : $"two {kind} readings gave different results";
            report.Expect(false, name, difference);
        }

        return median;
    }

    private async Task<Reading<T>> ReadUncachedAsync<T>(Func<ShopScope, Task<T>> read)
    {
        using (RememberScope.Suppress())
        {
            return await Reading.TakeAsync(services, read);
        }
    }

    private async Task<Reading<T>> ReadColdAsync<T>(Func<ShopScope, Task<T>> read)
    {
        await _cache.ClearAsync();
        return await Reading.TakeAsync(services, read);
    }
}
