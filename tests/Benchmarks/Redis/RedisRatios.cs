namespace FastOrm.Cache.Benchmarks.Redis;

/// <summary>What the tier costs in which other processes read.</summary>
internal static class RedisRatios
{
    public static void Run()
    {
        RowCodecRatios.Run();
        RedisTierRatios.Run();
    }
}
