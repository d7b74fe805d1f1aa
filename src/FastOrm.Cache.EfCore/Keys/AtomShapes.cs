using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Types of the framework that are neither collections nor what their fields are, each with a number of its own.</summary>
internal static class AtomShapes
{
    /// <summary>The shape of the type, or null when it is none of them.</summary>
    public static ValueShape? Find(Type type)
        => type == typeof(DBNull) ? new Atom<DBNull>(1, static (_, _) => { })
        : type == typeof(IPAddress) || type.DeclaringType == typeof(IPAddress) ? new Atom<IPAddress>(2, Write, Copy)
        : type == typeof(PhysicalAddress) ? new Atom<PhysicalAddress>(3, static (buffer, value) => Write(buffer, value.GetAddressBytes()))
        : type == typeof(BigInteger) ? new Atom<BigInteger>(4, static (buffer, number) => Write(buffer, number.ToByteArray()))
        : type == typeof(Version) ? new Atom<Version>(5, static (buffer, version) => buffer.Text(version.ToString()))
        : type == typeof(Uri) ? new Atom<Uri>(6, Write)
        : type == typeof(JsonElement) ? new Atom<JsonElement>(7, Write)
        : type == typeof(JsonDocument) ? new Atom<JsonDocument>(8, static (buffer, document) => Write(buffer, document.RootElement))
        : type == typeof(BitArray) ? new Atom<BitArray>(9, Write, static bits => (BitArray)bits.Clone())
        : null;

    private static void Write(KeyBuffer buffer, byte[] bytes)
    {
        buffer.Int32(bytes.Length);
        buffer.Bytes(bytes);
    }

    private static void Write(KeyBuffer buffer, IPAddress address)
    {
        Write(buffer, address.GetAddressBytes());
        buffer.Int64(address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0);
    }

    // Its scope can be changed.
    private static IPAddress Copy(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes(), address.ScopeId) : address;

    // One text is escaped in several ways, as the address was made.
    private static void Write(KeyBuffer buffer, Uri uri)
    {
        buffer.Text(uri.OriginalString);
        buffer.Text(uri.IsAbsoluteUri ? uri.AbsoluteUri : "");
    }

    private static void Write(KeyBuffer buffer, JsonElement element)
        => buffer.Text(element.ValueKind == JsonValueKind.Undefined ? "" : element.GetRawText());

    private static void Write(KeyBuffer buffer, BitArray bits)
    {
        var bytes = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(bytes, 0);
        buffer.Int32(bits.Length);
        buffer.Bytes(bytes);
    }

    private sealed class Atom<T>(byte number, Action<KeyBuffer, T> write, Func<T, T>? copy = null) : ValueShape
        where T : notnull
    {
        public override bool IsImmutable => copy is null;

        public override object Freeze(object value) => copy is null ? value : copy((T)value);

        public override bool TryWrite(KeyBuffer buffer, object value, IModel? model)
        {
            buffer.Byte(ValueWriter.Atom);
            buffer.Byte(number);
            try
            {
                write(buffer, (T)value);
                return true;
            }
            catch (ObjectDisposedException)
            {
                return false; // A document that is no more: let the provider say so.
            }
        }
    }
}
