using System.Globalization;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>One server for all the tests that hurt none: each works under a prefix of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private static int _prefixes;

    internal RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal static string NewPrefix() => "t" + Interlocked.Increment(ref _prefixes).ToString(CultureInfo.InvariantCulture);
}

[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word
public sealed class RedisCollection : ICollectionFixture<SharedRedis>
#pragma warning restore CA1711
{
    public const string Name = "Redis";
}
