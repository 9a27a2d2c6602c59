namespace MfaMiddleware.Redis.Connection;

/// <summary>The present connection; makes it when it is first asked for, and anew where it is hopeless.</summary>
internal sealed class RedisConnection(RedisConnector connector) : IDisposable
{
    private const long RenewalPause = 3000;
    private const long RetryPause = 500;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<RedisLink>? _link;
    private long _madeAt = long.MinValue / 2;
    private bool _isDisposed;

    /// <summary>The link, once it is made. Who waits for it bounds the wait.</summary>
    public Task<RedisLink> LinkAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_link is null || (_link.IsFaulted && ServerClock.Now - _madeAt >= RetryPause)) Make();
            return _link!;
        }
    }

    /// <summary>The link that is there; null where none is, or it is being made.</summary>
    public RedisLink? Current
    {
        get
        {
            lock (_lock) return _link is { IsCompletedSuccessfully: true } link ? link.Result : null;
        }
    }

    /// <summary>Makes another link in the place of this one, and not too often. What is under way on the old one has a while to end.</summary>
    /// <param name="old">The link that failed, or whose server is no longer the right one.</param>
    /// <param name="atOnce">However short it is since the last time.</param>
    /// <returns>Whether it was replaced.</returns>
    public bool Renew(RedisLink old, bool atOnce = false)
    {
        lock (_lock)
        {
            if (_isDisposed || !old.IsOwned || _link is not { IsCompletedSuccessfully: true } link || link.Result != old) return false;
            if (!atOnce && ServerClock.Now - _madeAt < RenewalPause) return false;
            Make();
        }

        _ = EndAsync(old);
        return true;
    }

    public void Dispose()
    {
        Task<RedisLink>? link;
        lock (_lock)
        {
            _isDisposed = true;
            link = _link;
        }

        if (link is { IsCompletedSuccessfully: true }) link.Result.End();
    }

    private void Make()
    {
        _madeAt = ServerClock.Now;
        // Off the caller: the client looks names up and waits for sockets before it first awaits.
        _link = Task.Run(connector.ConnectAsync);
    }

    private static async Task EndAsync(RedisLink link)
    {
        // Calls that are on their way over it may still end well; nobody waits for this.
        await Task.Delay(Grace, TimeProvider.System).ConfigureAwait(false);
        // It waits for answers that don't come: on a thread of its own.
        await Task.Factory.StartNew(link.End, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
