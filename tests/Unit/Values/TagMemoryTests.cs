using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

public sealed class TagMemoryTests
{
    [Fact]
    public void A_million_tags_that_were_used_once_cost_nothing_afterwards()
    {
        using var lab = new CacheLab();
        Use(from: 0, count: 10_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Use(from: 10_000, count: 1_000_000);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange(after - before, long.MinValue, 1 << 20);

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
