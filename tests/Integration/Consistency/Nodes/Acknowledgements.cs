using System.Collections.Concurrent;
using System.Diagnostics;
using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>
/// Notes from when on Redis knows of what was written here: a write has returned, and after that none of the changes of this node was unsent.
/// </summary>
internal sealed class Acknowledgements(CoherenceState state, HistoryFile history)
{
    private readonly ConcurrentQueue<WriteEvent> _waiting = [];

    /// <summary>Notes a write that has returned.</summary>
    public void Await(WriteEvent write) => _waiting.Enqueue(write);

    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var count = _waiting.Count;
            if (count > 0 && state.UnsentCount == 0)
            {
                var now = Stopwatch.GetTimestamp();
                while (count-- > 0 && _waiting.TryDequeue(out var write))
                {
                    history.Add(new AcknowledgedEvent(write.Node, write.Row, write.Version, now));
                }
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }
}
