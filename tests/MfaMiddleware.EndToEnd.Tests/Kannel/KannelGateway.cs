using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace MfaMiddleware.EndToEnd.Tests.Kannel;

/// <summary>A real SMS gateway (Debian's kannel and kannel-extras) on free ports of loopback; its fake message centre prints what would go over the air.</summary>
internal sealed class KannelGateway : IAsyncDisposable
{
    private const string FakeMessageCentre = "/usr/lib/kannel/test/fakesmsc";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("kannel-").FullName;
    private readonly List<Process> _processes = [];
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    private readonly int[] _ports = FreePorts(4);

    /// <summary>The template of the address that takes a message.</summary>
    public string Url =>
        $"http://127.0.0.1:{_ports[3]}/cgi-bin/sendsms?username=tester&password=foobar&to={{to}}&text={{text}}&coding={{coding}}&charset=UTF-8";

    public static async Task<KannelGateway> StartAsync()
    {
        var gateway = new KannelGateway();
        try
        {
            await gateway.RunAsync().WaitAsync(StartTimeout);
            return gateway;
        }
        catch (Exception e)
        {
            var output = string.Join('\n', gateway._output);
            await gateway.DisposeAsync();
            throw new InvalidOperationException($"Kannel didn't start:\n{output}", e);
        }
    }

    /// <summary>The next line of a message that arrived: sender, receiver, kind and text.</summary>
    public async Task<string> ReadAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(StartTimeout);

    public async ValueTask DisposeAsync()
    {
        // The one that was started last goes first: each talks to the one before.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task RunAsync()
    {
        var configuration = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Kannel", "kannel.conf"));
        string[] names = ["{admin}", "{smsbox}", "{smsc}", "{sendsms}"];
        for (var i = 0; i < names.Length; i++) configuration = configuration.Replace(names[i], Text(_ports[i]), StringComparison.Ordinal);
        var file = Path.Combine(_directory, "kannel.conf");
        await File.WriteAllTextAsync(file, configuration);

        Start("/usr/sbin/bearerbox", file);
        await ListeningAsync(_ports[1]);
        Start("/usr/sbin/smsbox", file);
        await ListeningAsync(_ports[3]);
        Start(FakeMessageCentre, "-H", "127.0.0.1", "-r", Text(_ports[2]), "-i", "1000", "-m", "0", "1 2 text x");
    }

    private void Start(string program, params string[] arguments)
    {
        if (!File.Exists(program)) throw new FileNotFoundException($"'{program}' isn't there. eng/test.sh installs what the tests need.");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        _processes.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        const string Got = "Got message ";
        if (line.IndexOf(Got, StringComparison.Ordinal) is >= 0 and var at) _messages.Writer.TryWrite(line[(line.IndexOf('<', at) + 1)..].TrimEnd('>'));
    }

    private static async Task ListeningAsync(int port)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                // Another process: it doesn't say when it listens, so its port is asked again.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>Chosen by the system, all held at once so that they differ.</summary>
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Dispose());
        return ports;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
