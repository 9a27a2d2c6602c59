using System.Diagnostics;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Tests.Faults;

/// <summary>A node in a process of its own, <c>MfaMiddleware.SeamNode</c>: told by lines what goes wrong with it, asked over HTTP.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <param name="folder">What it keeps over a restart.</param>
    /// <param name="threads">How many the pool may have in all; 0 for as many as it wants.</param>
    public static async Task<NodeProcess> StartAsync(string folder, int threads = 0)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "MfaMiddleware.SeamNode.dll"), folder },
        };
        if (threads > 0) start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = $"0x{threads:x}";
        var node = new NodeProcess(Process.Start(start)!);
        try
        {
            node.Address = new Uri(await node.ReadAsync());
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public MfaClient Client() => new(Address);

    /// <summary>Gives a command; the node's answer.</summary>
    public async Task<string> SayAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The node ended.");
    }

    /// <summary>By SIGKILL: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
