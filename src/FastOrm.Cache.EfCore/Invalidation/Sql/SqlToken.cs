using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

internal enum SqlTokenKind
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in quotes or brackets. In MySQL and unknown dialects also <c>"…"</c>, which may be a text.</summary>
    QuotedName,

    String,
    Number,
    Parameter,

    /// <summary>One sign: punctuation or a part of an operator.</summary>
    Sign,
}

/// <summary>A token, with its quotes, as a part of the text.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length);
