using System.Diagnostics;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>A second process with the store: <c>MfaMiddleware.StoreRacer</c>, told by lines what to claim.</summary>
internal sealed class RacerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private RacerProcess(Process process) => _process = process;

    public static async Task<RacerProcess> StartAsync(ITestDatabase database, string name)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } dotnet && Path.GetFileNameWithoutExtension(dotnet) == "dotnet" ? dotnet : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "MfaMiddleware.StoreRacer.dll"), database.Kind, database.ConnectionString, name },
        };
        var racer = new RacerProcess(Process.Start(start)!);
        var ready = await racer.ReadAsync();
        return ready == "ready" ? racer : throw new InvalidOperationException($"The racer said '{ready}' instead of 'ready'.");
    }

    public async Task<string> ClaimAsync(string claim)
    {
        await _process.StandardInput.WriteLineAsync(claim);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public void Dispose()
    {
        // The end of its input ends it; killed only where it hangs.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience)) _process.Kill();
        _process.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The racer ended.");
    }
}
