using StackExchange.Redis;

namespace MfaMiddleware.Redis;

/// <summary>Where the connection comes from: the host's own, or else the settings.</summary>
internal sealed record RedisSource(Func<IServiceProvider, IConnectionMultiplexer>? OfHost);
