using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>Makes connections.</summary>
internal sealed class RedisConnector(RedisSource source, IOptions<MfaRedisOptions> options, IServiceProvider services)
{
    /// <summary>Whether each call makes another connection; the host's own is always the same.</summary>
    public bool IsOwner => source.OfHost is null;

    public async Task<RedisLink> ConnectAsync()
    {
        var multiplexer = source.OfHost is { } ofHost ? ofHost(services) : await OpenAsync(options.Value.Configuration!).ConfigureAwait(false);
        return new RedisLink(multiplexer, IsOwner, options.Value.MaxInFlight);
    }

    private static async Task<ConnectionMultiplexer> OpenAsync(string configuration)
    {
        // What the host's string says comes later and holds, but for these two: a server that is down is waited for, and no key is written to choose a primary.
        var parsed = ConfigurationOptions.Parse("connectTimeout=2000,connectRetry=1," + configuration);
        parsed.AbortOnConnectFail = false;
        parsed.TieBreaker = "";
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(parsed).ConfigureAwait(false);
        // Clients of the first generation run what waits for answers one after the other by default; later ones have no such switch.
        if (typeof(ConnectionMultiplexer).Assembly.GetName().Version?.Major < 2) typeof(ConnectionMultiplexer).GetProperty("PreserveAsyncOrder")?.SetValue(multiplexer, false);
        return multiplexer;
    }
}
