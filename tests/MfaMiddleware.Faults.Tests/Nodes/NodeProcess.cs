using System.Diagnostics;

namespace MfaMiddleware.Faults.Tests.Nodes;

/// <summary>A node of a site, a process of its own: <c>MfaMiddleware.FaultNode</c>.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private NodeProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<NodeProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var process = Process.Start(new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "MfaMiddleware.FaultNode.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The node didn't start; its errors are in the output.");
        // What else it says is of no interest, but nobody may wait for it to be read.
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return new(process, new Uri(line));
    }

    public void Dispose()
    {
        // The end of its input ends it; killed only where it hangs.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience)) _process.Kill();
        _process.Dispose();
    }
}
