using BenchmarkDotNet.Attributes;

namespace FastOrm.Cache.Benchmarks.Queries;

/// <summary>The cases of <c>ratios queries</c> as full tables of times and allocations.</summary>
[MemoryDiagnoser]
public class QueryBenchmarks : IDisposable
{
    private Shop _shop = null!;
    private QueryCase _query = null!;
    private int _variant;

    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    public static IEnumerable<string> Cases => QueryCase.All.Select(query => query.Name);

    [GlobalSetup]
    public void Open()
    {
        _shop = new Shop();
        _query = QueryCase.All.Single(query => query.Name == Case);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _shop.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Uncached()
    {
        using var db = _shop.Plain.CreateDbContext();
        return _query.Uncached(db, NextVariant());
    }

    [Benchmark]
    public int Hit()
    {
        using var db = _shop.Cached.CreateDbContext();
        return _query.Hit(db, NextVariant());
    }

    private int NextVariant() => 1 + _variant++ % QueryCase.Variants;
}
