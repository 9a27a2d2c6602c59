using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Adoption;

/// <summary>
/// tests/AdoptionApp, an app that knows nothing of this product, copied out of the repository, changed by eng/adopt.sh as the
/// README says, built, and run.
/// </summary>
public sealed class AdoptedApp : IAsyncLifetime
{
    private static readonly string Original = Path.Combine(Repository.Root, "tests", "AdoptionApp");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("adoption-");
    private ServerProcess? _server;

    public Uri Address => _server!.Address;

    /// <summary>The lines of a source of the app as it was.</summary>
    internal static string[] OriginalLines(string file) => File.ReadAllLines(Path.Combine(Original, file));

    internal static IEnumerable<string> OriginalFiles => Directory.EnumerateFiles(Original).Select(path => Path.GetFileName(path));

    /// <summary>The lines of a source of the app as it is now.</summary>
    internal string[] Lines(string file) => File.ReadAllLines(Path.Combine(Project, file));

    private string Project => Path.Combine(_root.FullName, "AdoptionApp");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Project);
        foreach (var file in OriginalFiles)
            File.Copy(Path.Combine(Original, file), Path.Combine(Project, file));

        try
        {
            await Command.RunAsync("bash", [Path.Combine(Repository.Root, "eng", "adopt.sh"), Project, Repository.Root]);
            await BuildAsync();
            _server = await StartAsync();
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
        if (_server is not null)
            await _server.DisposeAsync();
        _root.Delete(recursive: true);
    }

    /// <summary>The libraries are built already, with these tests. No node outlives the build.</summary>
    private Task<string> BuildAsync() => Command.RunAsync(
        "dotnet",
        ["build", "--configuration", Repository.Configuration, "--nologo", "-maxCpuCount:1", "-nodeReuse:false", "-p:BuildProjectReferences=false", "-p:NuGetAudit=false"],
        directory: Project);

    private Task<ServerProcess> StartAsync()
    {
        // A home of its own: the app keeps its Data Protection keys there.
        var home = _root.CreateSubdirectory("home").FullName;
        var assembly = Path.Combine(Project, "bin", Repository.Configuration, "net10.0", "AdoptionApp.dll");
        return ServerProcess.StartAsync(assembly, Project, new Dictionary<string, string> { ["HOME"] = home });
    }
}
