using System.Net;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// Asks the sentinels which server is the primary. A client that is given all servers goes to whichever calls itself one, and after a failover that is for some
/// seconds the old one too: what it writes there is lost.
/// </summary>
/// <param name="settings">What the host's string says of the data servers and the sentinels.</param>
/// <param name="user">Whose password it is; null for the default user.</param>
/// <param name="password">The sentinels' own; null for none.</param>
internal sealed class RedisSentinels(ConfigurationOptions settings, string? user, string? password) : IDisposable
{
    private const long PatienceWithAll = 3000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    /// <summary>The list that 1.x has of what a sentinel knows lacks the password.</summary>
    private static readonly CommandMap CommandsWithPassword = CommandMap.Create(["auth", "ping", "info", "sentinel", "subscribe", "psubscribe", "unsubscribe", "punsubscribe"], available: true);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;
    private long _lastAnswer;

    /// <summary>The address that most of those who answer name; null where none does.</summary>
    public async Task<EndPoint?> FindPrimaryAsync()
    {
        var multiplexer = await ConnectAsync().ConfigureAwait(false);
        var answers = await Task.WhenAll(multiplexer.GetEndPoints().Select(e => AskAsync(multiplexer, e))).ConfigureAwait(false);
        if (answers.OfType<EndPoint>().GroupBy(e => e).MaxBy(g => g.Count())?.Key is not { } primary)
        {
            await RenewAsync(multiplexer).ConfigureAwait(false);
            return null;
        }

        Interlocked.Exchange(ref _lastAnswer, ServerClock.Now);
        return primary;
    }

    public void Dispose()
    {
        _multiplexer?.Dispose();
        _connecting.Dispose();
    }

    private async Task<EndPoint?> AskAsync(ConnectionMultiplexer multiplexer, EndPoint sentinel)
    {
        try
        {
            return await multiplexer.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(settings.ServiceName!).WaitAsync(Patience, TimeProvider.System).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // The others are asked too.
            return null;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_multiplexer is not null) return _multiplexer;
            _multiplexer = await ConnectionMultiplexer.ConnectAsync(SettingsOfSentinels()).ConfigureAwait(false);
            Interlocked.Exchange(ref _lastAnswer, ServerClock.Now);
            return _multiplexer;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Connections that a network dropped without a word stay silent for good, and the client itself doesn't notice: the next question goes over others.</summary>
    private async Task RenewAsync(ConnectionMultiplexer silent)
    {
        if (ServerClock.Now - Interlocked.Read(ref _lastAnswer) <= PatienceWithAll) return;
        await _connecting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_multiplexer != silent) return;
            _multiplexer = null;
        }
        finally
        {
            _connecting.Release();
        }

        _ = RedisConnection.EndAsync(silent.Dispose);
    }

    private ConfigurationOptions SettingsOfSentinels()
    {
        var sentinels = settings.Clone();
        sentinels.ServiceName = null;
        sentinels.CommandMap = password is null || ClientSwitches.HasUser ? CommandMap.Sentinel : CommandsWithPassword;
        // Those of the string are the data servers'.
        sentinels.Password = password;
        ClientSwitches.SetUser(sentinels, user);
        return sentinels;
    }
}
