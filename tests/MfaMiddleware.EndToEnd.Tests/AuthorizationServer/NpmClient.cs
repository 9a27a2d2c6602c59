using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>The OAuth client of npm-client, in a process of its own, on the Node.js that Playwright brings along.</summary>
internal sealed class NpmClient : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "MfaMiddleware.EndToEnd.Tests", "npm-client");
    private static readonly Lazy<Task> Install = new(InstallAsync);

    private readonly Process _process;

    private NpmClient(Process process) => _process = process;

    public static async Task<NpmClient> StartAsync(AuthorizationServerSample server)
    {
        await Install.Value;
        var info = new ProcessStartInfo(FindNode(), [Path.Combine(Folder, "client.mjs"), server.Address.GetLeftPart(UriPartial.Authority), server.RedirectUri])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new NpmClient(Process.Start(info)!);
    }

    /// <summary>A new authorization request, as the address to send the browser to.</summary>
    public async Task<string> AuthorizeAsync(object? parameters = null) => (string)(await SendAsync("authorize", parameters))["url"]!;

    /// <summary>The browser's way back: the client checks it, redeems the code and checks the ID token, its signature too.</summary>
    public Task<JsonNode> CallbackAsync(string url) => SendAsync("callback", new { url });

    public async Task<JsonNode> SendAsync(string command, object? options = null)
    {
        var line = options is null ? [] : JsonSerializer.SerializeToNode(options)!.AsObject();
        line["command"] = command;
        await _process.StandardInput.WriteLineAsync(line.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        return JsonNode.Parse(answer ?? throw new InvalidOperationException("The client ended."))!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
        _process.Dispose();
    }

    private static string FindNode()
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), name, SearchOption.AllDirectories).First();
    }

    /// <summary>Exactly what package-lock.json says, once a clone.</summary>
    private static async Task InstallAsync()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await Command.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], directory: Folder);
    }
}
