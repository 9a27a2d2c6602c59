using System.Collections.Concurrent;
using System.Diagnostics;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>
/// Sign-ins of many users by HTTP over two nodes, without a pause, while a test hurts the servers. Each begins on one node and is answered on the other, half of
/// them on both at once; every fifth tries the last code once more.
/// </summary>
internal sealed class SignIns : IAsyncDisposable
{
    /// <summary>Of a code: with six of them two codes of a token would be the same now and then.</summary>
    public const int Digits = 8;

    private readonly CancellationTokenSource _done = new();
    private readonly TwoNodes _nodes;
    private readonly Task[] _users;
    private readonly ConcurrentDictionary<(string User, int Code), int> _entered = new();
    private readonly ConcurrentDictionary<string, int> _tokens = new();
    private readonly ConcurrentDictionary<string, long> _counters = new();
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly Downtime _downtime = new();
    private int _flows;
    private int _unavailable;
    private int _inFlight;
    private long _slowest;

    private SignIns(TwoNodes nodes, IEnumerable<HotpDevice> devices)
    {
        _nodes = nodes;
        _users = [.. devices.Select((device, i) => Task.Run(() => SignInAsync($"user{i}", device, i)))];
    }

    /// <summary>Sign-ins that went through.</summary>
    public int Flows => Volatile.Read(ref _flows);

    /// <summary>Answers that were a 503.</summary>
    public int Unavailable => Volatile.Read(ref _unavailable);

    /// <summary>Requests under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public static async Task<SignIns> StartAsync(TwoNodes nodes, int users)
    {
        var devices = new List<HotpDevice>();
        for (var i = 0; i < users; i++) devices.Add(await nodes.Left.EnrollHotpAsync($"user{i}", Digits));
        return new SignIns(nodes, devices);
    }

    public Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), $"It never came to pass: {this}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Until a good many sign-ins have gone through from now on: soon, and without a restart.</summary>
    public async Task AssertRecoversAsync(int flows = 20)
    {
        var (began, before) = (Stopwatch.StartNew(), Flows);
        await UntilAsync(() => Flows > before + flows);
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"It took {began.Elapsed} to recover: {this}.");
    }

    /// <summary>Ends it, and looks whether anybody got in twice with one code or one token, or was told that a right code is wrong, or waited too long.</summary>
    public async Task AssertNothingWrongAsync()
    {
        await DisposeAsync();
        Assert.Empty(_wrongs);
        Assert.NotEmpty(_entered);
        Assert.All(_entered, e => Assert.Equal(1, e.Value));
        Assert.All(_tokens, t => Assert.Equal(1, t.Value));
        foreach (var (user, counter) in _counters) Assert.True((await _nodes.Factors.FindAsync(new("", user), default)).Factors[0].Counter > counter, $"The counter of {user} went back.");
        // Three calls of Redis have a second each, and a loaded machine its time.
        Assert.True(TimeSpan.FromMilliseconds(_slowest) < TimeSpan.FromSeconds(20), $"An answer took {_slowest} ms.");
    }

    public override string ToString() => $"{Flows} sign-ins, {Unavailable} answers 503, longest time without a sign-in {_downtime}, slowest answer {_slowest} ms";

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await Task.WhenAll(_users);
    }

    private async Task SignInAsync(string user, HotpDevice device, int number)
    {
        var (one, other) = number % 2 == 0 ? (_nodes.ToLeft, _nodes.ToRight) : (_nodes.ToRight, _nodes.ToLeft);
        for (var press = 0; !_done.IsCancellationRequested;)
        {
            var token = (await AskAsync(() => one.LoginAsync(user)))?.Token;
            if (token is not null && press > 0 && press % 5 == 0) token = await ReplayAsync(other, token, user, press - 1, device);
            if (token is null) continue;
            var answers = number % 4 < 2 ? [other] : new[] { other, one };
            await AnswerAsync(answers, token, user, press++, device);
        }
    }

    /// <summary>A code that was answered once, with the token of another sign-in.</summary>
    private async Task<string?> ReplayAsync(MfaClient client, string token, string user, int code, HotpDevice device)
    {
        var reply = await AskAsync(() => client.AnswerAsync(token, device.CodeAt(code)));
        if (reply is { Status: 200 }) _entered.AddOrUpdate((user, code), 1, (_, n) => n + 1);
        return reply is { Error: "invalid_code" } ? reply.Token : null;
    }

    private async Task AnswerAsync(MfaClient[] clients, string token, string user, int code, HotpDevice device)
    {
        var replies = await Task.WhenAll(clients.Select(c => AskAsync(() => c.AnswerAsync(token, device.CodeAt(code)))));
        foreach (var _ in replies.Where(r => r is { Status: 200 }))
        {
            _entered.AddOrUpdate((user, code), 1, (_, n) => n + 1);
            _tokens.AddOrUpdate(token, 1, (_, n) => n + 1);
            _counters[user] = code;
            Interlocked.Increment(ref _flows);
            _downtime.Passed();
        }

        // Right, and for the first and only time: at worst the token is gone. Of two at once, one may come to a server that forgot the other.
        if (replies is [{ Error: "invalid_code" }]) _wrongs.Enqueue($"{user} was told that code {code} is wrong.");
    }

    /// <summary>The answer; null for a 503.</summary>
    private async Task<Reply?> AskAsync(Func<Task<Reply>> ask)
    {
        var began = Stopwatch.StartNew();
        Interlocked.Increment(ref _inFlight);
        var reply = await ask();
        Interlocked.Decrement(ref _inFlight);
        InterlockedMax(began.ElapsedMilliseconds);
        var isIn = reply.Status == 200 && reply.Token is null;
        if (!isIn && reply.SessionCookies.Count > 0) _wrongs.Enqueue($"A session with {reply.Status}.");
        if (reply.Status is not (200 or 401 or 503)) _wrongs.Enqueue($"{reply.Status} {reply.Body}");
        if (reply.Status != 503) return reply;

        if (reply.Message.Headers.RetryAfter is null) _wrongs.Enqueue("A 503 without Retry-After.");
        Interlocked.Increment(ref _unavailable);
        // As users do: not at once.
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        return null;
    }

    private void InterlockedMax(long milliseconds)
    {
        for (var seen = Volatile.Read(ref _slowest); milliseconds > seen;)
        {
            var before = Interlocked.CompareExchange(ref _slowest, milliseconds, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
