using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>
/// The runner of the tests keeps two threads of the pool as long as it runs: one waits for the end of the tests, one for its orders. On a
/// machine of two processors that is every thread that the pool starts without hesitation, and each test would wait half a second for the next.
/// </summary>
internal static class RunnersThreads
{
    private const int Kept = 2;

    [ModuleInitializer]
    public static void Replace()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(workers + Kept, completions);
    }
}
