using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>Two processes of MvcSite on one Redis, one PostgreSQL and one data folder.</summary>
public abstract class TwoMvcSites(params (string Name, string Value)[] settings) : IAsyncLifetime, IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("MvcSite-").FullName;
    private readonly PostgresServer _postgres = new();
    private readonly List<ServerProcess> _nodes = [];

    internal IReadOnlyList<Uri> Addresses => [.. _nodes.Select(node => node.Address)];

    public virtual async Task InitializeAsync()
    {
        var postgres = _postgres.InitializeAsync();
        var redis = await StartRedisAsync();
        await postgres;
        // One after the other: the first makes the site's own users.
        _nodes.Add(await StartNodeAsync(redis));
        _nodes.Add(await StartNodeAsync(redis));
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public void Dispose()
    {
        _postgres.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <returns>Where it is.</returns>
    private protected abstract Task<string> StartRedisAsync();

    /// <summary>What a load balancer is told by each node.</summary>
    internal async Task<string[]> HealthAsync()
    {
        using var http = new HttpClient();
        return await Task.WhenAll(Addresses.Select(async node =>
        {
            using var response = await http.GetAsync(new Uri(node, "/healthz"));
            return await response.Content.ReadAsStringAsync();
        }));
    }

    /// <summary>Asks both nodes until they say so, each at its own time.</summary>
    internal async Task UntilHealthAsync(string expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        var seen = new bool[Addresses.Count];
        while (!seen.All(s => s))
        {
            var health = await HealthAsync();
            for (var i = 0; i < seen.Length; i++) seen[i] |= health[i] == expected;
            Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }
    }

    private Task<ServerProcess> StartNodeAsync(string redis)
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        environment["DataDirectory"] = _data;
        environment["Mfa__Database"] = "PostgreSQL";
        environment["ConnectionStrings__Mfa"] = _postgres.ConnectionString("mvcsite");
        environment["Mfa__Redis__Configuration"] = redis;
        return ServerProcess.StartAsync(Repository.SampleAssembly("MvcSite"), Repository.SampleDirectory("MvcSite"), environment);
    }
}
