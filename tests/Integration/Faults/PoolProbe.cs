using System.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Faults;

/// <summary>How long work waits for a thread of the pool, as a thread of its own sees it.</summary>
internal sealed class PoolProbe : IDisposable
{
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _isOver = new();
    private long _slowest;

    public PoolProbe()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    public void Dispose()
    {
        _isOver.Set();
        _thread.Join();
        _isOver.Dispose();
    }

    private void Run()
    {
        using var began = new ManualResetEventSlim();
        do
        {
            began.Reset();
            var asked = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(static began => began.Set(), began, preferLocal: false);
            began.Wait();
            Interlocked.Exchange(ref _slowest, Math.Max(_slowest, Stopwatch.GetElapsedTime(asked).Ticks));
        }
        while (!_isOver.Wait(TimeSpan.FromMilliseconds(20)));
    }
}
