using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaMiddleware.TestKit.Faults;

/// <summary>What a <see cref="FaultProxy"/> does to the bytes that come back from the server.</summary>
public enum ProxyFault
{
    /// <summary>Passes them on.</summary>
    None,

    /// <summary>Swallows them; the connection stays.</summary>
    Silence,

    /// <summary>Swallows those of the connections that are there; new ones work.</summary>
    SilenceOfThePresent,

    /// <summary>Ends each connection at once, new ones too.</summary>
    Cut,

    /// <summary>Passes half of the first bytes on and swallows the rest.</summary>
    Truncate,

    /// <summary>Sends bytes that are no protocol in their place.</summary>
    Garbage,

    /// <summary>Announces ten gigabytes in their place, and sends a little of them.</summary>
    Huge,

    /// <summary>Passes one byte on every half second.</summary>
    Drip,
}

/// <summary>Stands between a client and a server on loopback, and goes wrong when a test says so.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan DripPause = TimeSpan.FromMilliseconds(500);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<TcpClient, IPAddress> _clients = new();
    private readonly Task _accepting;
    private volatile ProxyFault _fault;
    private int _changes;

    public FaultProxy(int serverPort)
    {
        ServerPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where new connections go: another server, where an address moves.</summary>
    public int ServerPort { get; set; }

    /// <summary>How long a new connection waits before anything passes.</summary>
    public TimeSpan OpeningTime { get; set; }

    /// <summary>How long what comes back from the server is under way, all that comes meanwhile together.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>Those that are open.</summary>
    public int Connections => _clients.Count / 2;

    /// <summary>Who has the fault: those who come from this address; null for everybody.</summary>
    public IPAddress? Side { get; init; }

    /// <summary>What goes wrong from now on. The end of a fault ends the connections that had it, as a network that comes back does.</summary>
    public ProxyFault Fault
    {
        get => _fault;
        set
        {
            var before = _fault;
            _fault = value;
            Interlocked.Increment(ref _changes);
            if (value is ProxyFault.Cut || (value is ProxyFault.None && before is not ProxyFault.None)) CutAll();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        foreach (var client in _clients.Keys) client.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ended.Dispose();
    }

    private void CutAll()
    {
        foreach (var (client, address) in _clients)
        {
            if (Side is null || Side.Equals(address)) client.Dispose();
        }
    }

    private ProxyFault FaultOf(IPAddress address) => Side is null || Side.Equals(address) ? Fault : ProxyFault.None;

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_ended.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            var address = ((IPEndPoint)client.Client.RemoteEndPoint!).Address;
            _clients[client] = address;
            _clients[server] = address;
            try
            {
                if (FaultOf(address) is ProxyFault.Cut) return;
                await server.ConnectAsync(IPAddress.Loopback, ServerPort, _ended.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                if (OpeningTime > TimeSpan.Zero) await Task.Delay(OpeningTime, TimeProvider.System, _ended.Token);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), _ended.Token), ReturnAsync(server.GetStream(), client.GetStream(), address));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
            {
                // One of the two hung up.
                _ = e;
            }
            finally
            {
                _clients.TryRemove(client, out _);
                _clients.TryRemove(server, out _);
            }
        }
    }

    private async Task ReturnAsync(NetworkStream server, NetworkStream client, IPAddress address)
    {
        var buffer = new byte[64 * 1024];
        var (isSpoilt, born) = (false, Volatile.Read(ref _changes));
        while (await server.ReadAsync(buffer, _ended.Token) is var count and > 0)
        {
            var bytes = buffer.AsMemory(0, count);
            var fault = FaultOf(address);
            switch (fault)
            {
                case ProxyFault.None or ProxyFault.SilenceOfThePresent when !isSpoilt && (fault is ProxyFault.None || born == Volatile.Read(ref _changes)):
                    if (Lag > TimeSpan.Zero) await Task.Delay(Lag, TimeProvider.System, _ended.Token);
                    await client.WriteAsync(bytes, _ended.Token);
                    continue;
                case ProxyFault.Drip:
                    await DripAsync(client, bytes);
                    continue;
                case ProxyFault.Truncate when !isSpoilt:
                    await client.WriteAsync(bytes[..((count + 1) / 2)], _ended.Token);
                    break;
                case ProxyFault.Garbage:
                    await client.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n<html>\0\u00ff"u8.ToArray(), _ended.Token);
                    break;
                case ProxyFault.Huge when !isSpoilt:
                    await client.WriteAsync(Encoding.ASCII.GetBytes("$10737418240\r\nabc"), _ended.Token);
                    break;
            }

            isSpoilt = true;
        }
    }

    private async Task DripAsync(NetworkStream client, ReadOnlyMemory<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && Fault is ProxyFault.Drip; i++)
        {
            await client.WriteAsync(bytes.Slice(i, 1), _ended.Token);
            await Task.Delay(DripPause, TimeProvider.System, _ended.Token);
        }
    }
}
