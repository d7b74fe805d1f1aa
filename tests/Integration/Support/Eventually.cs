using System.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Waits for what comes about by itself in other threads and processes.</summary>
internal static class Eventually
{
    // A bound that is asserted is ten times what is expected.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        for (var start = Stopwatch.GetTimestamp(); !await isSo();)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Within {Patience} it does not come about that {what}.");
            await Task.Delay(20);
        }
    }
}
