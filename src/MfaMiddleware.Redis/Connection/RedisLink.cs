using System.Net;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>One multiplexer, and how it does.</summary>
#pragma warning disable CA1001 // a semaphore without a wait handle holds nothing; calls that end late release it after the end
internal sealed class RedisLink(IConnectionMultiplexer multiplexer, bool isOwned, int maxInFlight)
#pragma warning restore CA1001
{
    private const int PatienceInFaults = 3;
    private const long PatienceMilliseconds = 3000;
    private const long ReconfigurePause = 500;

    // A client without a time-out of its own keeps what was given up in its pipe: a slot is free again when the call has really ended.
    private readonly SemaphoreSlim _slots = new(maxInFlight, maxInFlight);
    private long _lastSuccess = ServerClock.Now;
    private long _lastReconfigured;
    private int _faults;

    public IConnectionMultiplexer Multiplexer => multiplexer;

    /// <summary>The primary that sentinels named; null without sentinels.</summary>
    public EndPoint? Primary { get; init; }

    /// <summary>Whether it failed again and again, and nothing succeeded for a while. The client itself never notices a server that hangs.</summary>
    public bool IsHopeless => IsFailing && Volatile.Read(ref _faults) >= PatienceInFaults && ServerClock.Now - Interlocked.Read(ref _lastSuccess) > PatienceMilliseconds;

    public bool IsFailing => Volatile.Read(ref _faults) > 0;

    /// <summary>Whether it is ours to end.</summary>
    public bool IsOwned => isOwned;

    /// <summary>Runs a script, or gives it up at the deadline: it may run on the server even later.</summary>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] arguments, long deadline, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(Left(deadline), cancellationToken).ConfigureAwait(false)) throw new RedisUnavailableException(RedisFault.TooManyInFlight);
        Task<RedisResult> call;
        try
        {
            call = multiplexer.GetDatabase().ScriptEvaluateAsync(script, keys, arguments);
        }
        catch
        {
            _slots.Release();
            throw;
        }

        _ = FreeAsync(call);
        try
        {
            return await call.WaitAsync(Left(deadline), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Off the thread that reads the socket: what goes on from here must not hold up the other answers.
            await Task.Yield();
        }
    }

    public void Succeeded()
    {
        Interlocked.Exchange(ref _lastSuccess, ServerClock.Now);
        Volatile.Write(ref _faults, 0);
    }

    public void Failed() => Interlocked.Increment(ref _faults);

    /// <summary>Has the client look at the servers anew, at most every half second.</summary>
    public void Reconfigure()
    {
        var last = Interlocked.Read(ref _lastReconfigured);
        var now = ServerClock.Now;
        if (now - last < ReconfigurePause || Interlocked.CompareExchange(ref _lastReconfigured, now, last) != last) return;
        _ = Task.Run(async () =>
        {
            try
            {
                await multiplexer.ConfigureAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The next call finds out for itself.
                _ = e;
            }
        });
    }

    private static TimeSpan Left(long deadline) => TimeSpan.FromMilliseconds(Math.Max(0, deadline - ServerClock.Now));

    private async Task FreeAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _slots.Release();
    }
}
