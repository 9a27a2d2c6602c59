using Xunit;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>Sentinels and what they watch, for tests that hurt none of them.</summary>
public sealed class SharedSentinels : IAsyncLifetime
{
    internal RedisSentinelGroup Group { get; private set; } = null!;

    public async Task InitializeAsync() => Group = await RedisSentinelGroup.StartAsync();

    public async Task DisposeAsync() => await Group.DisposeAsync();
}
