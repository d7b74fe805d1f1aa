using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Makes EF Core compile a query as it does for a retrying execution strategy: with the list of its columns and how each is read.
/// </summary>
/// <remarks>EF Core asks <see cref="ExecutionStrategy.Current"/>, whose setter is protected: hence a subclass that never executes.</remarks>
internal sealed class BufferedMode : ExecutionStrategy
{
    private static readonly BufferedMode Instance = new();

    private BufferedMode()
        : base(dependencies: null!, maxRetryCount: 1, maxRetryDelay: TimeSpan.Zero)
    {
    }

    public override bool RetriesOnFailure => true;

    public static Scope Enter()
    {
        var previous = Current;
        Current = Instance;
        return new Scope(previous);
    }

    protected override bool ShouldRetryOn(Exception exception) => false;

    internal readonly ref struct Scope(ExecutionStrategy? previous)
    {
        public void Dispose() => Current = previous;
    }
}
