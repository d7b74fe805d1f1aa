using System.Reflection;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Makes EF Core compile a query as it does for a retrying execution strategy: with the list of its columns and how each is read.
/// </summary>
/// <remarks>EF Core asks <see cref="ExecutionStrategy.Current"/>, whose setter is protected: hence a subclass that never executes.</remarks>
internal sealed class BufferedMode : ExecutionStrategy
{
    private static readonly BufferedMode Instance = new();

    // What EF Core has found out of its strategies. A provider adds its own in an override of the property.
    private static readonly FieldInfo? IsBuffering
        = typeof(QueryCompilationContext).GetField("<IsBuffering>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);

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

    /// <summary>Whether the provider has EF Core buffer this query even where nothing is retried, as some do with split queries.</summary>
    public static bool IsWantedByProvider(QueryCompilationContext context)
    {
        var isBuffering = IsBuffering!.GetValue(context);
        IsBuffering.SetValue(context, false);
        try
        {
            return context.IsBuffering;
        }
        finally
        {
            IsBuffering.SetValue(context, isBuffering);
        }
    }

    protected override bool ShouldRetryOn(Exception exception) => false;

    internal readonly ref struct Scope(ExecutionStrategy? previous)
    {
        public void Dispose() => Current = previous;
    }
}
