using System.Net;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>One multiplexer, and how it does.</summary>
#pragma warning disable CA1001 // a semaphore without a wait handle holds nothing; calls that end late release it after the end
internal sealed class RedisLink
#pragma warning restore CA1001
{
    private const int PatienceInFaults = 3;
    private const long PatienceMilliseconds = 3000;
    private const long ReconfigurePause = 500;

    // A client without a time-out of its own keeps what was given up in its pipe: a slot is free again when the call has really ended.
    private readonly SemaphoreSlim _slots;
    private readonly HangWatch _hang = new();
    private long _lastAnswer = ServerClock.Now;
    private long _lastReconfigured;
    private int _faults;
    private volatile bool _isPasswordWrong;
    private volatile bool _hasSucceeded;

    public RedisLink(IConnectionMultiplexer multiplexer, bool isOwned, int maxInFlight)
    {
        (Multiplexer, IsOwned, _slots) = (multiplexer, isOwned, new SemaphoreSlim(maxInFlight, maxInFlight));
        // The calls only learn that there is no connection.
        multiplexer.ConnectionFailed += (_, e) => _isPasswordWrong |= e.FailureType is ConnectionFailureType.AuthenticationFailure;
        multiplexer.ConnectionRestored += (_, _) => _isPasswordWrong = false;
    }

    public IConnectionMultiplexer Multiplexer { get; }

    /// <summary>The primary that sentinels named; null without sentinels.</summary>
    public EndPoint? Primary { get; init; }

    /// <summary>Whether it, or its connection to one of several servers, failed again and again and gave no answer for a while. The client itself never notices a server that hangs.</summary>
    public bool IsHopeless => IsSilent || _hang.IsHung;

    /// <summary>Whether no server answers.</summary>
    public bool IsSilent => Volatile.Read(ref _faults) >= PatienceInFaults && ServerClock.Now - Interlocked.Read(ref _lastAnswer) > PatienceMilliseconds;

    /// <summary>What to ask for, to learn whether a server that gave no answer does now; null where there is none.</summary>
    public string? SilentPlace => _hang.Place;

    /// <summary>Whether the last call failed, or none has succeeded yet.</summary>
    public bool IsFailing => Volatile.Read(ref _faults) > 0 || !_hasSucceeded;

    /// <summary>Whether it is ours to end.</summary>
    public bool IsOwned { get; }

    /// <summary>Runs a script, or gives it up at the deadline: it may run on the server even later.</summary>
    /// <param name="script">The script.</param>
    /// <param name="withText">Whether its text is sent: the server didn't know its hash.</param>
    /// <param name="keys">Every key that it touches.</param>
    /// <param name="arguments">All its arguments.</param>
    /// <param name="deadline">When it is given up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RedisResult> EvaluateAsync(
        RedisScript script, bool withText, RedisKey[] keys, RedisValue[] arguments, long deadline, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(Left(deadline), cancellationToken).ConfigureAwait(false)) throw new RedisUnavailableException(RedisFault.TooManyInFlight);
        Task<RedisResult> call;
        try
        {
            var database = Multiplexer.GetDatabase();
            // Not the client's own way with texts: it looks each up by all its characters, and what it believes a server to know may be forgotten there.
            call = withText ? database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.NoScriptCache) : database.ScriptEvaluateAsync(script.Hash, keys, arguments);
        }
        catch
        {
            _slots.Release();
            throw;
        }

        _ = FreeAsync(call, keys[0]);
        try
        {
            return await call.WaitAsync(Left(deadline), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or RedisConnectionException)
        {
            // Another server may answer in the place of this one, and nobody else tells the client of it.
            if (_hang.Failed(keys[0]!, isHang: e is TimeoutException)) Reconfigure();
            throw;
        }
        finally
        {
            // What goes on from here must not hold up the other answers: off the thread that reads the socket, where a connection of the host's own may resume. Ours resumes
            // each answer on a thread of its own.
            if (!IsOwned) await Task.Yield();
        }
    }

    public void Succeeded()
    {
        Volatile.Write(ref _faults, 0);
        _hasSucceeded = true;
    }

    /// <summary>Counts a fault.</summary>
    /// <returns>What it really was.</returns>
    public RedisFault Failed(RedisFault fault)
    {
        Interlocked.Increment(ref _faults);
        return _isPasswordWrong && fault.Kind is FaultKind.NotExecuted ? RedisFault.WrongPassword : fault;
    }

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
                await Multiplexer.ConfigureAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The next call finds out for itself.
                _ = e;
            }
        });
    }

    /// <summary>Ends the connection, if it is ours. It waits for answers that may not come.</summary>
    public void End()
    {
        if (IsOwned && Multiplexer is IDisposable ours) ours.Dispose();
    }

    private static TimeSpan Left(long deadline) => TimeSpan.FromMilliseconds(Math.Max(0, deadline - ServerClock.Now));

    private async Task FreeAsync(Task call, RedisKey key)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _slots.Release();
        if (!IsAnswer(call)) return;
        // Too late for its caller is not too late for the link: another one to the same server would be no faster.
        Interlocked.Exchange(ref _lastAnswer, ServerClock.Now);
        _hang.Answered(key!);
    }

    // A refusal is an answer too, but for that of a server which is no primary any more: its name may lead to another one by now.
    private static bool IsAnswer(Task call) =>
        call.IsCompletedSuccessfully || (call.Exception?.InnerException is RedisServerException refused && RedisFault.Of(refused).Kind is not FaultKind.NotPrimary);
}
