using System.Net;
using System.Net.Sockets;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>Objects of a type that is known to be immutable.</summary>
internal sealed class SharedCopier(Type type) : ValueCopier
{
    public override bool IsShared => true;

    public override object? Copy(object value) => value.GetType() == type ? value : null;

    public override long Size(object value) => 64;
}

/// <summary>Texts.</summary>
internal sealed class TextCopier : ValueCopier
{
    public override bool IsShared => true;

    public override object Copy(object value) => value;

    public override long Size(object value) => 24 + 2L * ((string)value).Length;
}

/// <summary>Addresses, of which the scope can be changed.</summary>
internal sealed class IPAddressCopier : ValueCopier
{
    public override object? Copy(object value)
    {
        var address = (IPAddress)value;
        return address.GetType().Assembly != typeof(IPAddress).Assembly ? null
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes(), address.ScopeId)
            : new IPAddress(address.GetAddressBytes());
    }

    public override long Size(object value) => 80;
}
