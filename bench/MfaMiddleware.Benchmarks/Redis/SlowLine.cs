using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// A line to a server on loopback on which bytes are under way for a while, as between two machines. Threads that sleep in the kernel: timers of the runtime know
/// milliseconds only.
/// </summary>
internal sealed class SlowLine : IDisposable
{
    private const int SetTimerSlack = 29;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _ends = [];
    private readonly int _serverPort;
    private readonly TimeSpan _oneWay;

    /// <param name="serverPort">Where it leads to.</param>
    /// <param name="oneWay">How long bytes are under way, besides what the threads take.</param>
    public SlowLine(int serverPort, TimeSpan oneWay)
    {
        (_serverPort, _oneWay) = (serverPort, oneWay);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Start(Accept);
    }

    public string Address => $"{_listener.LocalEndPoint}";

    public void Dispose()
    {
        _listener.Dispose();
        lock (_ends) _ends.ForEach(e => e.Dispose());
    }

    private void Accept()
    {
        while (true)
        {
            var client = _listener.Accept();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Connect(IPAddress.Loopback, _serverPort);
            (client.NoDelay, server.NoDelay) = (true, true);
            lock (_ends) _ends.AddRange([client, server]);
            Start(() => Carry(client, server));
            Start(() => Carry(server, client));
        }
    }

    private void Carry(Socket from, Socket to)
    {
        var pause = new Pause { Nanoseconds = _oneWay.Ticks * TimeSpan.NanosecondsPerTick };
        var buffer = new byte[1 << 16];
        // Else the kernel lets sleepers wait a little more, to wake several at once.
        _ = Control(SetTimerSlack, 1, 0, 0, 0);
        for (int read; (read = from.Receive(buffer)) > 0; to.Send(buffer, read, SocketFlags.None)) _ = Sleep(in pause, 0);
        to.Shutdown(SocketShutdown.Send);
    }

    private static void Start(Action act) => new Thread(() =>
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The line is no longer needed.
            _ = e;
        }
    })
    { IsBackground = true }.Start();

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(in Pause pause, nint left);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [StructLayout(LayoutKind.Sequential)]
    private struct Pause
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
