using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>A web app that runs as a process of its own, on a free port.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private ServerProcess(string assembly, string directory, IReadOnlyDictionary<string, string> environment)
    {
        _process = new Process { StartInfo = StartInfo(assembly, directory, environment), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _port.TrySetException(new InvalidOperationException($"{assembly} ended:\n{Output}"));
    }

    /// <summary>A name, not an IP address: browsers keep Secure cookies and offer WebAuthn on http://localhost.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All that the app has written so far.</summary>
    public string Output => string.Join('\n', _output);

    public static async Task<ServerProcess> StartAsync(string assembly, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var server = new ServerProcess(assembly, directory, environment);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task StartAsync()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = new Uri($"http://localhost:{await _port.Task.WaitAsync(StartTimeout)}");
    }

    private static ProcessStartInfo StartInfo(string assembly, string directory, IReadOnlyDictionary<string, string> environment)
    {
        // Port 0: the system chooses, so that no two runs can choose the same.
        var info = new ProcessStartInfo("dotnet", [assembly, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        // The code of the next step is taken, so that no test waits for the clock.
        info.Environment["Mfa__Methods__Totp__Window__Future"] = "1";
        // Nothing is down on a machine so busy that the first query takes longer than the two seconds of the default.
        info.Environment["Mfa__StoreTimeout"] = "00:01:00";
        // The pages' tests go through the one method that a first try has; ShippedMvcSite has them all.
        info.Environment["Mfa__Methods__Sms__Enabled"] = "false";
        info.Environment["Mfa__Methods__Hotp__Enabled"] = "false";
        info.Environment["Mfa__Methods__Fido__Enabled"] = "false";
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        return info;
    }

    private void Read(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
            _port.TrySetResult(int.Parse(match.Groups[1].ValueSpan, provider: null));
    }

    [GeneratedRegex(@"Now listening on: http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
