using System.IO.Hashing;
using System.Security.Cryptography;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>
/// What rows belong to: half a SHA-256 of the SQL and of the columns as they are read, and a hash of the values that are sent. Stored beside
/// the rows and compared before they are read, so that nobody gets the rows of another command, whatever key they are found under.
/// </summary>
/// <remarks>
/// The values have a quick hash, because nobody can choose them so that two meet: the key that leads to the rows is a SHA-256 of them already.
/// What is told apart here is what models and providers make of them.
/// </remarks>
internal static class CommandDigest
{
    public const int Size = FormSize + 16;

    /// <summary>The bytes of the part that is the same for all values.</summary>
    public const int FormSize = 16;

    private static readonly byte[] NoColumn = new byte[SHA256.HashSizeInBytes];

    /// <param name="form">That of the SQL and the columns, as <see cref="Form"/> gives it.</param>
    /// <param name="values">The values, as <see cref="CommandIdentity.Values"/> has them.</param>
    /// <param name="digest">What is computed.</param>
    public static void Write(ReadOnlySpan<byte> form, ReadOnlySpan<byte> values, Span<byte> digest)
    {
        form.CopyTo(digest);
        XxHash128.Hash(values, digest[FormSize..]);
    }

    /// <summary>What the command is without its values.</summary>
    /// <param name="sql">The SQL with numbered parameters.</param>
    /// <param name="columns">The formats of the columns by ordinal; null where none is read.</param>
    public static byte[] Form(string sql, ReadOnlySpan<ColumnFormat?> columns)
    {
        using var text = new PayloadWriter();
        text.Varint((ulong)sql.Length);
        text.Chars(sql);
        foreach (var column in columns)
        {
            text.Bytes(column is null ? NoColumn : column.Signature);
        }

        return SHA256.HashData(text.Span)[..FormSize];
    }
}
