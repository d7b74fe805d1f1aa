using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>What all rows of one command have in common, whatever its values are: made once, and not for each row of a batch. Immutable.</summary>
internal sealed class RowForm
{
    // A command with a list has other SQL for other lengths: then the last one is kept.
    private static readonly ConditionalWeakTable<ColumnCodec?[], RowForm> Known = [];

    private readonly byte[] _digest;

    private RowForm(string sql, ColumnFormat?[] formats)
    {
        Sql = sql;
        _digest = CommandDigest.Form(sql, formats);
        Formats = formats;
    }

    /// <summary>The SQL with numbered parameters.</summary>
    public string Sql { get; }

    /// <summary>The formats of the columns by ordinal; null where none is read.</summary>
    public ColumnFormat?[] Formats { get; }

    /// <summary>That of a command; null if one of its columns cannot be written.</summary>
    /// <param name="sql">The SQL with numbered parameters.</param>
    /// <param name="codecs">The columns by ordinal.</param>
    /// <param name="isKept">Whether these very codecs come again.</param>
    public static RowForm? Of(string sql, ColumnCodec?[] codecs, bool isKept)
    {
        if (isKept && Known.TryGetValue(codecs, out var known) && known.Sql == sql)
        {
            return known;
        }

        var formats = new ColumnFormat?[codecs.Length];
        for (var i = 0; i < formats.Length; i++)
        {
            if (codecs[i] is { } codec && (formats[i] = ColumnFormat.Of(codec.Type)) is null)
            {
                return null;
            }
        }

        var form = new RowForm(sql, formats);
        if (isKept)
        {
            Known.AddOrUpdate(codecs, form);
        }

        return form;
    }

    /// <summary>Whether a digest is that of the command with these values.</summary>
    public bool IsOf(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> values)
    {
        Span<byte> own = stackalloc byte[CommandDigest.Size];
        CommandDigest.Write(_digest, values, own);
        return own.SequenceEqual(digest);
    }
}
