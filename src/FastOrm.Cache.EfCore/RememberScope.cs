namespace FastOrm.Cache.EfCore;

/// <summary>Switches remembering off for some code.</summary>
public static class RememberScope
{
    private static readonly AsyncLocal<int> Depth = new();
    private static int s_everUsed;

    /// <summary>Whether remembered queries go to the database in the current flow of execution.</summary>
    public static bool IsSuppressed => Volatile.Read(ref s_everUsed) != 0 && Depth.Value > 0;

    /// <summary>
    /// Until the result is disposed, remembered queries of this flow of execution (also after an <c>await</c> and on the tasks that it
    /// starts) go to the database and store nothing. Invalidations are not affected. Scopes nest.
    /// </summary>
    /// <returns>Ends the scope. Dispose it in the flow that began it.</returns>
    public static IDisposable Suppress()
    {
        Volatile.Write(ref s_everUsed, 1);
        Depth.Value++;
        return new Scope();
    }

    private sealed class Scope : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                Depth.Value--;
            }
        }
    }
}
