namespace FastOrm.Cache.Tests.Integration.Crashes;

/// <summary>What a reply of PostgreSQL says of a write, by the tags of its commands and the state of the transaction at its end.</summary>
internal static class PostgresReply
{
    /// <summary>An update, or the transaction in which it was, is committed.</summary>
    public static bool IsCommitted(ReadOnlySpan<byte> reply)
        => (IsWritten(reply) || reply.IndexOf("COMMIT\0"u8) >= 0) && reply.EndsWith("Z\0\0\0\u0005I"u8);

    /// <summary>An update is carried out.</summary>
    public static bool IsWritten(ReadOnlySpan<byte> reply) => reply.IndexOf("UPDATE 1\0"u8) >= 0;
}
