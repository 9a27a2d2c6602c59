using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>Two processes of MvcSite on one Redis, one PostgreSQL and one data folder.</summary>
public sealed class TwoMvcSites : IAsyncLifetime, IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("MvcSite-").FullName;
    private readonly PostgresServer _postgres = new();
    private readonly List<ServerProcess> _nodes = [];

    internal RedisServer Redis { get; private set; } = null!;

    internal IReadOnlyList<Uri> Addresses => [.. _nodes.Select(node => node.Address)];

    public async Task InitializeAsync()
    {
        var postgres = _postgres.InitializeAsync();
        Redis = await RedisServer.StartAsync();
        await postgres;
        // One after the other: the first makes the site's own users.
        _nodes.Add(await StartNodeAsync());
        _nodes.Add(await StartNodeAsync());
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public void Dispose() => _postgres.Dispose();

    private Task<ServerProcess> StartNodeAsync() => ServerProcess.StartAsync(
        Repository.SampleAssembly("MvcSite"),
        Repository.SampleDirectory("MvcSite"),
        new Dictionary<string, string>
        {
            ["DataDirectory"] = _data,
            ["Mfa__Database"] = "PostgreSQL",
            ["ConnectionStrings__Mfa"] = _postgres.ConnectionString("mvcsite"),
            ["Mfa__Redis__Configuration"] = Redis.Address,
            // A machine full of tests may need longer than the second of the default.
            ["Mfa__Redis__CallTimeout"] = "00:00:30",
        });
}
