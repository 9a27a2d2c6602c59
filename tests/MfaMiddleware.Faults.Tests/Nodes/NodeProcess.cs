using System.Diagnostics;

namespace MfaMiddleware.Faults.Tests.Nodes;

/// <summary>A node of a site, a process of its own: <c>MfaMiddleware.FaultNode</c>.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    public static async Task<NodeProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var node = new NodeProcess(Process.Start(new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "MfaMiddleware.FaultNode.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            node.Address = new Uri(await node._process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The node didn't start; its errors are in the output."));
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // The end of its input ends it; killed only where it hangs.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience)) _process.Kill();
        _process.Dispose();
    }
}
