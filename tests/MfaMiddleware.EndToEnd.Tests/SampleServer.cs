using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>
/// A sample, run as a process on a free port with data of its own. <paramref name="settings"/> are environment
/// variables, such as <c>Mfa__Policy__Mode</c>.
/// </summary>
public abstract partial class SampleServer(string sample, IReadOnlyDictionary<string, string>? settings = null) : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly string _data = Directory.CreateTempSubdirectory($"{sample}-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    /// <summary>A name, not an IP address: browsers keep Secure cookies and offer WebAuthn on http://localhost.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All that the sample has written so far.</summary>
    public string Output => string.Join('\n', _output);

    public async Task InitializeAsync()
    {
        _process = new Process { StartInfo = StartInfo(), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _port.TrySetException(new InvalidOperationException($"{sample} ended:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        try
        {
            Address = new Uri($"http://localhost:{await _port.Task.WaitAsync(StartTimeout)}");
        }
        catch
        {
            // xunit doesn't dispose of a fixture that couldn't start
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private ProcessStartInfo StartInfo()
    {
        // Port 0: the system chooses, so that no two runs can choose the same.
        var info = new ProcessStartInfo("dotnet", [Repository.SampleAssembly(sample), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = Repository.SampleDirectory(sample),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        info.Environment["DataDirectory"] = _data;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
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
