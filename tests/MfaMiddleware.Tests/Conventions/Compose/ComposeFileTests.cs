using System.Text.RegularExpressions;
using MfaMiddleware.Redis;
using Npgsql;
using Xunit;

namespace MfaMiddleware.Tests.Conventions.Compose;

/// <summary>What samples/MvcSite/compose.yaml says is what the sample and nginx.conf know. Whether containers come up of it, no test says.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string Sample = Path.Combine(LayoutTests.FindRoot(), "samples", "MvcSite");

    private readonly ComposeFile _file = new(File.ReadAllLines(Path.Combine(Sample, "compose.yaml")));
    private readonly string _nginx = File.ReadAllText(Path.Combine(Sample, "nginx.conf"));

    [Fact]
    public void Nodes_AreTheSame() =>
        Assert.Equal(_file.Map("services:node1:environment"), _file.Map("services:node2:environment"));

    [Fact]
    public void EveryVariable_IsASettingOfTheSample()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Sample, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        var settings = File.ReadAllText(Path.Combine(Sample, "appsettings.json"));

        Assert.All(_file.Names("services:node1:environment").Where(name => !name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)), name =>
        {
            var key = name.Replace("__", ":", StringComparison.Ordinal).Replace("ConnectionStrings:Mfa", "Mfa", StringComparison.Ordinal);
            Assert.True(sources.Contains($"\"{key}\"", StringComparison.Ordinal) || settings.Contains($"\"{key}\"", StringComparison.Ordinal), $"{name} is no setting of the sample.");
        });
        Assert.Contains($"\"{_file["services:node1:environment:Mfa__Database"]}\" =>", sources, StringComparison.Ordinal);
        Assert.Contains("Mfa__Redis__" + nameof(MfaRedisOptions.Configuration), _file.Names("services:node1:environment"));
    }

    [Fact]
    public void AddressesOfTheStores_AreServices()
    {
        var postgres = new NpgsqlConnectionStringBuilder(_file["services:node1:environment:ConnectionStrings__Mfa"]);
        var server = _file.Map("services:postgres:environment");
        var redis = _file["services:node1:environment:Mfa__Redis__Configuration"].Split(':');

        Assert.Equal(("postgres", 5432), (postgres.Host, postgres.Port));
        Assert.Equal((server["POSTGRES_DB"], server["POSTGRES_USER"], server["POSTGRES_PASSWORD"]), (postgres.Database, postgres.Username, postgres.Password));
        Assert.Equal(["redis", "6379"], redis);
        Assert.Contains("redis", _file.Names("services"));
        Assert.Contains("--maxmemory-policy noeviction", _file["services:redis:command"], StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_AreThoseThatTheNextOneAsks()
    {
        var port = _file["services:node1:environment:Urls"].Split(':')[^1];
        Assert.Equal([$"node1:{port}", $"node2:{port}"], Upstream().Matches(_nginx).Select(m => m.Groups[1].Value));
        Assert.Contains($"/dev/tcp/127.0.0.1/{port}", _file["services:node1:healthcheck:test"], StringComparison.Ordinal);

        var published = _file["services:proxy:ports:0"].Split(':');
        Assert.Contains($"listen {published[^1]};", _nginx, StringComparison.Ordinal);
        // The one origin that security keys are taken from in Development.
        Assert.Contains($"\"http://localhost:{published[^2]}\"", File.ReadAllText(Path.Combine(Sample, "appsettings.Development.json")), StringComparison.Ordinal);
        Assert.Contains("proxy_set_header Host $http_host;", _nginx, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_AreThere()
    {
        Assert.True(File.Exists(Path.Combine(Sample, _file["services:proxy:volumes:0"].Split(':')[0])));
        Assert.Contains($"<ContainerRepository>{_file["services:node1:image"]}</ContainerRepository>", File.ReadAllText(Path.Combine(Sample, "MvcSite.csproj")), StringComparison.Ordinal);

        // Users and keys are in the volume that both nodes have.
        Assert.Equal(_file["services:node1:environment:DataDirectory"], _file["services:node1:volumes:0"].Split(':')[1]);
        Assert.Equal(_file["services:node1:volumes:0"], _file["services:node2:volumes:0"]);
    }

    [GeneratedRegex(@"^\s+server (\S+);", RegexOptions.Multiline)]
    private static partial Regex Upstream();
}
