using System.Diagnostics;
using System.Globalization;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>A node in a process of its own, <c>MfaMiddleware.MortalNode</c>, which is killed at one moment of the next answer.</summary>
internal sealed class MortalNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    private MortalNode(Process process) => _process = process;

    public static async Task<(MortalNode Node, MfaClient Client)> StartAsync(ITestDatabase database, DirectoryInfo keys, DateTimeOffset now, int dieAt)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } dotnet && Path.GetFileNameWithoutExtension(dotnet) == "dotnet" ? dotnet : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "MfaMiddleware.MortalNode.dll"), database.Kind, database.ConnectionString, keys.FullName,
                now.UtcTicks.ToString(CultureInfo.InvariantCulture),
            },
        };
        start.Environment["MFA_DIE_AT"] = dieAt.ToString(CultureInfo.InvariantCulture);
        var node = new MortalNode(Process.Start(start)!);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var address = await node._process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The node ended at its start.");
        return (node, new MfaClient(new Uri(address)));
    }

    /// <summary>Waits for the kill where the node lives no longer, and ends it where it does.</summary>
    /// <returns>Whether it was killed.</returns>
    public bool End()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience)) throw new InvalidOperationException("The node hangs.");
        return _process.ExitCode == 128 + 9;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
