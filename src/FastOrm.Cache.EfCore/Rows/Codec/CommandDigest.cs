using System.Security.Cryptography;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>
/// A SHA-256 of what rows belong to: the SQL, the values that are sent, and the columns as they are read. Stored beside the rows and
/// compared before they are read, so that nobody gets the rows of another command, whatever key they are found under.
/// </summary>
internal static class CommandDigest
{
    public const int Size = SHA256.HashSizeInBytes;

    private static readonly byte[] NoColumn = new byte[SHA256.HashSizeInBytes];

    /// <param name="identity">The command; its values are known.</param>
    /// <param name="columns">The formats of the columns by ordinal; null where none is read.</param>
    /// <param name="digest">What is computed.</param>
    public static void Write(CommandIdentity identity, ReadOnlySpan<ColumnFormat?> columns, Span<byte> digest)
    {
        using var text = new PayloadWriter();
        text.Varint((ulong)identity.Sql.Length);
        text.Chars(identity.Sql);
        text.Varint((ulong)identity.Values!.Length);
        text.Bytes(identity.Values);
        foreach (var column in columns)
        {
            text.Bytes(column is null ? NoColumn : column.Signature);
        }

        SHA256.HashData(text.Span, digest);
    }
}
