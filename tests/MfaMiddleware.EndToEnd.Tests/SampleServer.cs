using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>
/// A sample, run as a process with data of its own. <paramref name="settings"/> are environment variables, such as
/// <c>Mfa__Policy__Mode</c>.
/// </summary>
public abstract class SampleServer(string sample, params (string Name, string Value)[] settings) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory($"{sample}-").FullName;
    private ServerProcess? _server;

    public Uri Address => _server!.Address;

    public virtual async Task InitializeAsync() => _server = await StartProcessAsync();

    /// <summary>One more process of the sample on the same data, as a second node of a site.</summary>
    internal Task<ServerProcess> StartProcessAsync()
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        environment["DataDirectory"] = _data;
        return ServerProcess.StartAsync(Repository.SampleAssembly(sample), Repository.SampleDirectory(sample), environment);
    }

    public virtual async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
