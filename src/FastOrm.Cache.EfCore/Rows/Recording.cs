using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>What was recorded of a result.</summary>
/// <param name="Rows">The rows, up to the end.</param>
/// <param name="End">Why it ended there.</param>
/// <param name="StandsOnRow">Whether the reader stands on a row that was not recorded: it gives that one, and those after it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Recording(RowSet Rows, RecordingEnd End, bool StandsOnRow);

/// <summary>Why a recording has ended.</summary>
internal enum RecordingEnd
{
    /// <summary>There are no more rows.</summary>
    LastRow,

    /// <summary>A value or the next row cannot be read.</summary>
    Failed,

    /// <summary>There are more rows than are stored.</summary>
    TooLarge,
}

/// <summary>How EF Core reads the rows of a command, and how many of them are worth recording.</summary>
/// <param name="ExplainsErrors">Whether errors name the property and the types, as with <c>EnableDetailedErrors</c>.</param>
/// <param name="IsBuffered">Whether it reads every value of every row before it gives the first, as it does in order to retry.</param>
/// <param name="MaxRows">The most rows that are stored.</param>
/// <param name="MaxBytes">The most bytes that are stored, by their estimated size.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReadMode(bool ExplainsErrors, bool IsBuffered, int MaxRows, long MaxBytes);
