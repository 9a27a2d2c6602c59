using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaMiddleware.TestKit.Servers;

/// <summary>A real redis-server of the test's own: a free loopback port, a folder of its own, nothing saved.</summary>
public sealed partial class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-redis-");
    private readonly string[] _settings;
    private Process? _process;
    private string? _file;

    private RedisServer(int port, string[] settings) => (Port, _settings) = (port, settings);

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>What <see cref="CommandAsync"/> says first.</summary>
    public string? Password { get; set; }

    /// <summary>A server that answers.</summary>
    /// <param name="settings">More of its command line, for example <c>--maxmemory</c>, <c>10mb</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] settings) => StartAsync(() => settings);

    /// <summary>A server that answers, with settings that are made anew for each try: they may name another port that must be free.</summary>
    public static async Task<RedisServer> StartAsync(Func<string[]> settings)
    {
        // The port is free when it is asked for; where somebody else took it meanwhile, another is asked for.
        for (var attempt = 1; ; attempt++)
        {
            var server = AtFreePort(settings());
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>A server that doesn't run yet.</summary>
    public static RedisServer AtFreePort(params string[] settings) => new(FreePort(), settings) { Password = PasswordOf(settings) };

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a server says so in a section of its INFO, or in its CLUSTER INFO.</summary>
    public static async Task UntilAsync(RedisServer server, string? section, string text)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await SaysAsync(server, section is null ? ["CLUSTER", "INFO"] : ["INFO", section], text))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new InvalidOperationException($"The server never said '{text}'.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    internal static async Task<bool> SaysAsync(RedisServer server, string[] words, string text)
    {
        try
        {
            return (await server.CommandAsync(words)).Contains(text, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // A sentinel that promotes a server cuts everybody off there.
            return false;
        }
    }

    /// <summary>A setting of its command line.</summary>
    public string Setting(string name) => _settings[Array.IndexOf(_settings, name) + 1];

    /// <summary>A sentinel that watches a primary; it takes it for dead after two seconds.</summary>
    /// <param name="primaryPort">Where the primary is.</param>
    /// <param name="password">The primary's; null for none.</param>
    /// <param name="settings">More of the sentinel's command line.</param>
    public static async Task<RedisServer> StartSentinelAsync(int primaryPort, string? password = null, params string[] settings)
    {
        var sentinel = AtFreePort(["--sentinel", .. settings]);
        sentinel._file = Path.Combine(sentinel._folder.FullName, "sentinel.conf");
        await File.WriteAllTextAsync(
            sentinel._file,
            $"""
            sentinel monitor primary 127.0.0.1 {primaryPort} 2
            sentinel down-after-milliseconds primary 2000
            sentinel failover-timeout primary 5000
            {(password is null ? "" : $"sentinel auth-pass primary {password}")}

            """);
        await sentinel.RunAsync();
        return sentinel;
    }

    private static string? PasswordOf(string[] settings) => Array.IndexOf(settings, "--requirepass") is >= 0 and var at ? settings[at + 1] : null;

    public async Task RunAsync()
    {
        var start = new ProcessStartInfo("redis-server")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        string[] arguments = [.. _file is null ? Array.Empty<string>() : [_file], "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", "--appendonly", "no", "--enable-debug-command", "local", .. _settings];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await AnsweringAsync();
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stops the process where it stands, as a machine that hangs.</summary>
    public void Freeze()
    {
        Signal("-STOP");
        // The signal takes effect when the process is next scheduled: until then it may still run a call whose answer it never sends.
        while (!File.ReadAllText($"/proc/{_process!.Id}/stat").Contains(") T ", StringComparison.Ordinal)) Thread.Yield();
    }

    public void Thaw() => Signal("-CONT");

    /// <summary>One command over a connection of its own; what the server says to it, as it says it.</summary>
    public async Task<string> CommandAsync(params string[] words)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, patience.Token);
        var stream = client.GetStream();
        if (Password is { } password) await stream.WriteAsync(Encode(["AUTH", password]), patience.Token);
        await stream.WriteAsync(Encode(words), patience.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (Password is not null) await reader.ReadLineAsync(patience.Token);
        return await reader.ReadToEndAsync(patience.Token);
    }

    /// <summary>How often scripts were run since the statistics were reset.</summary>
    public async Task<int> ScriptCallsAsync()
    {
        var statistics = await CommandAsync("INFO", "commandstats");
        return statistics.Split('\n').Where(l => l.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(l => int.Parse(l.Split("calls=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Has the server fail to write its file, as on a full disk.</summary>
    public async Task FailToSaveAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "no.rdb"));
        await CommandAsync("SET", "unsaved", "1");
        await CommandAsync("BGSAVE");
        while (!(await CommandAsync("INFO", "persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal)) await Task.Yield();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Thaw();
            await KillAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static byte[] Encode(string[] words)
    {
        var text = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (var word in words) text.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task AnsweringAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (_process!.HasExited) break;
            try
            {
                var answer = await CommandAsync("PING");
                if (answer.Length > 0) return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Not yet, or it ends at this moment: another port of it, a Cluster's, may be taken.
                await Task.Yield();
            }
        }

        throw new InvalidOperationException("redis-server didn't start. eng/test.sh installs it.");
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [name, $"{_process!.Id}"]);
        kill.WaitForExit();
    }
}
