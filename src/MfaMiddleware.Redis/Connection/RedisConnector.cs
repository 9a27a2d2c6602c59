using System.Net;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>Makes connections: to the servers of the settings, to the primary that their sentinels name, or none but the host's own.</summary>
internal sealed class RedisConnector : IDisposable
{
    private readonly RedisSource _source;
    private readonly MfaRedisOptions _options;
    private readonly IServiceProvider _services;
    private readonly ConfigurationOptions? _settings;
    private readonly RedisSentinels? _sentinels;

    public RedisConnector(RedisSource source, IOptions<MfaRedisOptions> options, IServiceProvider services)
    {
        (_source, _options, _services) = (source, options.Value, services);
        if (source.OfHost is not null) return;
        _settings = Parse(_options);
        if (!string.IsNullOrEmpty(_settings.ServiceName)) _sentinels = new RedisSentinels(_settings, _options.SentinelUser, _options.SentinelPassword);
    }

    /// <summary>Whether sentinels say which server is the primary.</summary>
    public bool HasSentinels => _sentinels is not null;

    public async Task<RedisLink> ConnectAsync()
    {
        if (_source.OfHost is { } ofHost) return new RedisLink(ofHost(_services), isOwned: false, _options.MaxInFlight);
        if (_sentinels is null) return new RedisLink(await OpenAsync(_settings!).ConfigureAwait(false), isOwned: true, _options.MaxInFlight);

        var primary = await FindPrimaryAsync().ConfigureAwait(false) ?? throw new RedisUnavailableException(RedisFault.NoPrimary);
        return await ConnectToAsync(primary).ConfigureAwait(false);
    }

    /// <summary>The primary that the sentinels name; null where there are none, or none answers.</summary>
    public async Task<EndPoint?> FindPrimaryAsync() => _sentinels is null ? null : await _sentinels.FindPrimaryAsync().ConfigureAwait(false);

    public void Dispose() => _sentinels?.Dispose();

    private async Task<RedisLink> ConnectToAsync(EndPoint primary)
    {
        var settings = _settings!.Clone();
        settings.ServiceName = null;
        settings.EndPoints.Clear();
        settings.EndPoints.Add(primary);
        var multiplexer = await OpenAsync(settings).ConfigureAwait(false);
        try
        {
            // Sentinels may name a server that isn't promoted yet.
            var role = (RedisResult[]?)await multiplexer.GetDatabase().ExecuteAsync("ROLE").WaitAsync(_options.CallTimeout, TimeProvider.System).ConfigureAwait(false);
            if (role is not { Length: > 0 } || (string?)role[0] != "master") throw new RedisUnavailableException(RedisFault.NoPrimary);
        }
        catch
        {
            _ = RedisConnection.EndAsync(multiplexer.Dispose);
            throw;
        }

        return new RedisLink(multiplexer, isOwned: true, _options.MaxInFlight) { Primary = primary };
    }

    private static ConfigurationOptions Parse(MfaRedisOptions options)
    {
        // What the host's string says comes later and holds, but for these: a server that is down is waited for, no key is written to choose a primary, and how long a
        // call may take is a setting of ours.
        var parsed = ConfigurationOptions.Parse("connectTimeout=2000,connectRetry=1," + options.Configuration);
        parsed.AbortOnConnectFail = false;
        parsed.TieBreaker = "";
        ClientSwitches.KeepNothingBack(parsed);
        ClientSwitches.WaitAsLongAs(parsed, options.CallTimeout);
        return parsed;
    }

    private static async Task<ConnectionMultiplexer> OpenAsync(ConfigurationOptions settings)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(settings).ConfigureAwait(false);
        ClientSwitches.AnswerInParallel(multiplexer);
        return multiplexer;
    }
}
