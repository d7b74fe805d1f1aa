using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.Values;

/// <summary>By what it is known in other processes as which type a value was written.</summary>
internal static class TypeName<T>
{
    // With the names of the type arguments, and without versions of assemblies: what changed within a type, the serializer must tell.
    public static ReadOnlyMemory<byte> Digest { get; } = XxHash128.Hash(MemoryMarshal.AsBytes(typeof(T).ToString().AsSpan()));
}
