namespace MfaMiddleware.Redis.Connection;

/// <summary>The present connection; makes it when it is first asked for, and anew where it is hopeless.</summary>
internal sealed class RedisConnection(RedisConnector connector) : IDisposable
{
    private const long RetryPause = 500;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<RedisLink>? _link;
    private long _madeAt = long.MinValue / 2;
    private bool _isReplacing;
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
    /// <returns>Whether it is replaced, or will be.</returns>
    public bool Renew(RedisLink old, bool atOnce = false)
    {
        lock (_lock)
        {
            if (_isDisposed || !old.IsOwned || !IsPresent(old)) return false;
            if (!atOnce && (_isReplacing || ServerClock.Now - _madeAt < RetryPause)) return false;
            if (!atOnce && !old.IsSilent)
            {
                _isReplacing = true;
                _ = ReplaceAsync(old);
                return true;
            }

            Make();
        }

        _ = EndAsync(old.End);
        return true;
    }

    /// <summary>Ends a connection that calls may still be on their way over: they may end well; nobody waits for this.</summary>
    public static async Task EndAsync(Action end)
    {
        await Task.Delay(Grace, TimeProvider.System).ConfigureAwait(false);
        // It waits for answers that don't come: on a thread of its own.
        await Task.Factory.StartNew(end, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        else if (link is { IsCompleted: false }) _ = EndMadeAsync(link);
    }

    private bool IsPresent(RedisLink link) => _link is { IsCompletedSuccessfully: true } present && present.Result == link;

    /// <summary>One that is being made while the app ends would look for its server for ever.</summary>
    private static async Task EndMadeAsync(Task<RedisLink> made)
    {
        await ((Task)made).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (made.IsCompletedSuccessfully) await EndAsync(made.Result.End).ConfigureAwait(false);
    }

    private void Make() => _link = ConnectAsync();

    private Task<RedisLink> ConnectAsync()
    {
        _madeAt = ServerClock.Now;
        // Off the caller: the client looks names up and waits for sockets before it first awaits.
        return Task.Run(connector.ConnectAsync);
    }

    /// <summary>The users of the servers that answer stay on the old link until the new one is there.</summary>
    private async Task ReplaceAsync(RedisLink old)
    {
        var made = ConnectAsync();
        await ((Task)made).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool isTaken;
        lock (_lock)
        {
            _isReplacing = false;
            isTaken = made.IsCompletedSuccessfully && !_isDisposed && IsPresent(old);
            if (isTaken) _link = made;
        }

        // Where none could be made the old one stays, and its next failure tries again.
        if (made.IsCompletedSuccessfully) await EndAsync((isTaken ? old : made.Result).End).ConfigureAwait(false);
    }
}
