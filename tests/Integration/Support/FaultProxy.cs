using System.Net;
using System.Net.Sockets;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A proxy before a server, which does to its replies what a network and broken machines do.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();

    private readonly string _host;

    /// <param name="port">The port of the server.</param>
    /// <param name="host">Its machine.</param>
    public FaultProxy(int port, string host = "127.0.0.1")
    {
        (Port, _host) = (port, host);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{OwnPort}";

    /// <summary>The port at which it listens itself.</summary>
    public int OwnPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The port of the server, for connections that are made from now on.</summary>
    public int Port { get; set; }

    /// <summary>By how much each part of a reply is late.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>By how much messages are late, and nothing else.</summary>
    public TimeSpan MessageDelay { get; set; }

    /// <summary>What becomes of the replies of a connection, or null if nothing does.</summary>
    public Func<Memory<byte>, ReplyFault>? OnReply { get; set; }

    /// <summary>The number of replies to which something was done.</summary>
    public int Faults { get; private set; }

    public void Dispose()
    {
        _ended.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_host, Port, _ended.Token);
                var forth = client.GetStream().CopyToAsync(server.GetStream(), _ended.Token);
                var back = ReplyAsync(server.GetStream(), client);
                await Task.WhenAny(forth, back);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task ReplyAsync(NetworkStream from, TcpClient client)
    {
        var buffer = new byte[1 << 14];
        while (await from.ReadAsync(buffer, _ended.Token) is > 0 and var read)
        {
            var reply = buffer.AsMemory(0, read);
            var delay = reply.Span.IndexOf("\r\nmessage\r\n"u8) >= 0 ? Delay + MessageDelay : Delay;
            if (delay > TimeSpan.Zero)
            {
                Faults++;
                await Task.Delay(delay, _ended.Token);
            }

            var fault = OnReply?.Invoke(reply) ?? ReplyFault.None;
            Faults += fault == ReplyFault.None ? 0 : 1;
            if (fault == ReplyFault.Reset)
            {
                await client.GetStream().WriteAsync(reply[..(read / 2)], _ended.Token);
                client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
                client.Close();
                return;
            }

            if (fault != ReplyFault.Lost)
            {
                await client.GetStream().WriteAsync(reply, _ended.Token);
            }
        }
    }
}

internal enum ReplyFault
{
    None,

    /// <summary>Its bytes have been changed.</summary>
    Changed,

    /// <summary>It ends in the middle, and the connection with it.</summary>
    Reset,

    /// <summary>It does not come, and what follows does.</summary>
    Lost,
}
