using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace MfaMiddleware.TestKit.Servers;

/// <summary>
/// A PostgreSQL server with a cluster of its own, in a folder of its own on a free loopback port; the system's clusters stay as they are. Made for
/// tests: nothing is synchronised to the disk. A commit waits for no standby unless its transaction says <c>synchronous_commit = on</c>; then it waits
/// for one that never comes, committed already.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime, IDisposable
{
    private const string User = "mfa";
    private const string Account = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-postgres-");
    private Process? _process;
    private int _port;

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>The pid of the server's first process, which all others end with.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username={User};Database={database};GSS Encryption Mode=Disable;SSL Mode=Disable");

    public async Task InitializeAsync()
    {
        await OwnFolderAsync();
        await RunAsync(AsAccount(Tool("initdb"), "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"));
        await StartAnywhereAsync();
    }

    /// <summary>A standby of this server. It gets what is committed here by and by: nobody waits for it.</summary>
    public async Task<PostgresServer> StandbyAsync()
    {
        var standby = new PostgresServer();
        await standby.OwnFolderAsync();
        await RunAsync(standby.AsAccount(
            Tool("pg_basebackup"), "-D", standby.Data, "-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", User, "-R", "-c", "fast", "--no-sync"));
        await standby.StartAnywhereAsync();
        return standby;
    }

    /// <summary>Starts it again where it was.</summary>
    public async Task RestartAsync()
    {
        // The processes of a server that was killed go a moment after it, and hold its memory until then.
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await TryStartAsync()) patience.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Ends it as a machine that is shut down in haste: connections are dropped.</summary>
    public Task StopAsync() => EndAsync("-QUIT");

    /// <summary>Ends it as a machine that loses its power.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false }) await StopAsync();
        Dispose();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _process?.Dispose();

    private async Task EndAsync(string signal)
    {
        await RunAsync("kill", signal, ProcessId.ToString(CultureInfo.InvariantCulture));
        await _process!.WaitForExitAsync().WaitAsync(Patience);
    }

    // The server refuses to run as root; the folder goes to the account that Debian's package made.
    private Task OwnFolderAsync() => Environment.IsPrivilegedProcess ? RunAsync("chown", Account, _folder.FullName) : Task.CompletedTask;

    private async Task StartAnywhereAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort();
            if (await TryStartAsync()) return;
            if (attempt == 3) throw new InvalidOperationException("PostgreSQL didn't start on any of three ports.");
        }
    }

    private async Task<bool> TryStartAsync()
    {
        var start = AsAccount(
            Tool("postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder.FullName, "-h", "127.0.0.1",
            "-c", "max_connections=300", "-c", "shared_buffers=32MB", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off",
            "-c", "deadlock_timeout=50ms", "-c", "synchronous_commit=local", "-c", "synchronous_standby_names=nobody", "-c", "lc_messages=C");
        start.RedirectStandardError = true;
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process?.Dispose();
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => ready.TrySetResult(false);
        _process.ErrorDataReceived += (_, line) =>
        {
            // A standby says "read-only" in between.
            if (line.Data?.Contains("ready to accept", StringComparison.Ordinal) == true) ready.TrySetResult(true);
        };
        _process.Start();
        _process.BeginErrorReadLine();
        return await ready.Task.WaitAsync(Patience);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Debian keeps the server's programs off PATH.</summary>
    private static string Tool(string name)
    {
        const string Packages = "/usr/lib/postgresql";
        var installed = Directory.Exists(Packages) ? Directory.GetDirectories(Packages).OrderByDescending(d => d, StringComparer.Ordinal) : Enumerable.Empty<string>();
        return installed.Select(d => Path.Combine(d, "bin", name)).FirstOrDefault(File.Exists) ?? name;
    }

    private ProcessStartInfo AsAccount(string program, params string[] arguments)
    {
        var start = Environment.IsPrivilegedProcess ? new ProcessStartInfo("runuser", ["-u", Account, "--", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = _folder.FullName;
        return start;
    }

    private static Task RunAsync(string program, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(Patience);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {string.Concat(output)}");
    }
}
