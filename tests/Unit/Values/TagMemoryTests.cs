using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Measured by the memory of the whole process, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(TagMemoryTests), DisableParallelization = true)]
[Collection(nameof(TagMemoryTests))]
public sealed class TagMemoryTests
{
    // Far less than the shortest text costs that is kept.
    private const int BytesOfATag = 8;

    private static readonly int Tags = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 1_000_000 : 200_000;

    [Fact]
    public void Tags_that_were_used_once_cost_nothing_afterwards()
    {
        using var lab = new CacheLab();
        Use(from: 0, count: 10_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Use(from: 10_000, Tags);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange(after - before, long.MinValue, Tags * BytesOfATag);

        void Use(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                lab.Cache.Remember($"k{i % 100}", Minute, lab.Load, $"tag:{i}");
                lab.Cache.Flush($"tag:{i}");
            }
        }
    }
}
