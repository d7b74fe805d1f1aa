using System.Collections;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>What one execution of a query has given and left behind.</summary>
/// <param name="Text">The result or the exception, and what the context tracks now.</param>
/// <param name="Commands">The commands that were sent.</param>
/// <param name="Result">The result itself.</param>
/// <param name="Failure">The exception, if one was thrown.</param>
/// <param name="Objects">The objects of the result and of the tracked entities.</param>
internal sealed record Observation(
    string Text, int Commands, object? Result, Exception? Failure, IReadOnlyCollection<object> Objects)
{
    /// <summary>Whether there was no row to compare.</summary>
    public bool IsEmpty { get; } = Result is ICollection { Count: 0 };

    /// <summary>Executes a query on a context and looks at everything that can be seen of it.</summary>
    public static async Task<Observation> OfAsync(
        CorpusQuery query, CorpusContext db, Run run, SqlCounter? sql = null, Circumstance circumstance = Circumstance.Nothing)
    {
        var before = sql?.Count ?? 0;
        object? result = null;
        Exception? failure = null;
        try
        {
            result = await circumstance.RunAsync(db, () => query.ExecuteAsync(db, run));
        }
#pragma warning disable CA1031 // Whatever EF Core throws, a remembered query throws the same.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            failure = thrown;
        }

        var commands = (sql?.Count ?? 0) - before;
        var writer = new GraphWriter(new Dictionary<object, string>(ReferenceEqualityComparer.Instance)
        {
            [db] = "the context",
            [run.Greeter] = "the caller's own object",
        });
        writer.Line("result", result);
        for (var e = failure; e is not null; e = e.InnerException)
        {
            // Providers choose between a cancelled operation and a cancelled task; a hit asks none of them.
            writer.Line(e is OperationCanceledException ? "is cancelled" : $"throws {e.GetType()}", e is OperationCanceledException ? "" : e.Message);
        }

        if (failure is not null)
        {
            writer.Line("rows before that", run.Rows);
        }

        writer.Line("calls of the caller's own object", run.Greeter.Calls);
        TrackerWriter.Write(writer, db);
        return new Observation(writer.ToString(), commands, result, failure, writer.Objects);
    }
}
