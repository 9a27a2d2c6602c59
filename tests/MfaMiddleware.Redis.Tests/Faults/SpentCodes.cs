using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>
/// Users who sign in with one code of each method, and somebody who guesses; Redis then forgets both, and the factor store decides alone.
/// </summary>
internal sealed class SpentCodes
{
    private readonly TwoNodes _nodes;
    private readonly List<Pending> _pending = [];
    private readonly Dictionary<string, Func<MfaClient, string?, Task<string>>> _codes = [];
    private readonly Dictionary<string, long> _counters = [];
    private TotpDevice _guessed = null!;
    private string? _guesses;

    private SpentCodes(TwoNodes nodes) => _nodes = nodes;

    /// <summary>Everybody has a token and the code for it; two wrong guesses are made.</summary>
    public static async Task<SpentCodes> PrepareAsync(TwoNodes nodes)
    {
        var spent = new SpentCodes(nodes);
        await spent.EnrollAsync();
        foreach (var (user, code) in spent._codes)
        {
            var token = (await nodes.ToLeft.LoginAsync(user)).Token;
            spent._pending.Add(new(user, token!, await code(nodes.ToLeft, token)));
        }

        spent._guesses = (await nodes.ToLeft.LoginAsync("guessed")).Token;
        await spent.GuessAsync(nodes.ToLeft, 2);
        return spent;
    }

    /// <summary>Everybody gets in, and two more guesses are made: what Redis is to forget.</summary>
    public async Task SpendAsync(MfaClient client)
    {
        foreach (var (user, token, code) in _pending)
        {
            var reply = await client.AnswerAsync(token, code);
            Assert.Equal(200, reply.Status);
            Assert.NotNull(await client.MeAsync(reply.CookieHeader));
            _counters[user] = await CounterAsync(user);
        }

        var before = _guesses;
        await GuessAsync(client, 2);
        _guesses = before;
    }

    /// <summary>It is no wrong answer, and costs nothing.</summary>
    public async Task AssertAreRefusedForNowAsync(MfaClient client)
    {
        var replies = await Task.WhenAll(_pending.Select(p => client.AnswerAsync(p.Token, p.Code)));
        Assert.All(replies, r => Assert.Equal((503, 0), (r.Status, r.SessionCookies.Count)));
    }

    /// <summary>The tokens are good again. Not so the codes: neither for them nor for new ones; the next ones are, and every guess is still counted.</summary>
    public async Task AssertStaySpentAsync(MfaClient client)
    {
        foreach (var (user, token, code) in _pending)
        {
            Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", token))).Status);
            await AssertRefusedAsync(client, user, token, code);
        }

        await AssertNewOnesPassAsync(client);
        Assert.Equal("3", (await client.GetAsync("/mfa/session", ("X-MFA-Token", _guesses!)))["attempts_remaining"]);
        await AssertGuessesAreCountedAsync(client);
    }

    /// <summary>Nothing is forgotten: the tokens are gone as they were.</summary>
    public async Task AssertAreGoneAsync(MfaClient client)
    {
        foreach (var (user, token, code) in _pending)
        {
            Assert.Equal((401, "invalid_token"), await AnswerAsync(client, token, code));
            var anew = (await client.LoginAsync(user)).Token;
            await AssertRefusedAsync(client, user, anew!, code);
        }

        await AssertNewOnesPassAsync(client);
        _guesses = (await client.LoginAsync("guessed")).Token;
        await AssertGuessesAreCountedAsync(client);
    }

    /// <summary>Everybody signs in with the next code.</summary>
    public async Task AssertNewOnesPassAsync(MfaClient client)
    {
        _nodes.Clock.Advance(TimeSpan.FromSeconds(30));
        foreach (var (user, code) in _codes)
        {
            var token = (await client.LoginAsync(user)).Token;
            var reply = await client.AnswerAsync(token, await code(client, token));
            Assert.Equal((user, 200), (user, reply.Status));
        }
    }

    private async Task EnrollAsync()
    {
        // It lets a step pass.
        var recovery = (await _nodes.ToLeft.EnrollAsync(_nodes.Left, "recovery")).RecoveryCodes.GetEnumerator();
        var (totp, hotp) = (await _nodes.Left.EnrollTotpAsync("totp"), await _nodes.Left.EnrollHotpAsync("hotp"));
        await SmsRecorder.EnrollAsync(_nodes.Left, "sms", "+49 151 23456742");
        _guessed = await _nodes.Left.EnrollTotpAsync("guessed");
        _codes["totp"] = (_, _) => Task.FromResult(totp.Code());
        _codes["hotp"] = (_, _) => Task.FromResult(hotp.Press());
        _codes["recovery"] = (_, _) => Task.FromResult(recovery.MoveNext() ? recovery.Current : "");
        _codes["sms"] = async (client, token) =>
        {
            Assert.Equal(200, (await SmsRecorder.SendAsync(client, token)).Status);
            return SmsRecorder.Of(client == _nodes.ToLeft ? _nodes.Left : _nodes.Right).LastCode;
        };
    }

    private async Task AssertRefusedAsync(MfaClient client, string user, string token, string code)
    {
        var again = await client.AnswerAsync(token, code);
        Assert.Equal((user, 401, "invalid_code"), (user, again.Status, again.Error));
        Assert.Empty(again.SessionCookies);
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync(user)).Token, code)).Status);
        Assert.True(await CounterAsync(user) >= _counters[user], $"The counter of {user} went back.");
    }

    /// <summary>Four were made: after the fifth even the right code has to wait.</summary>
    private async Task AssertGuessesAreCountedAsync(MfaClient client)
    {
        await GuessAsync(client, 1);
        Assert.Equal(429, (await client.AnswerAsync(_guesses, _guessed.Code())).Status);
    }

    private async Task GuessAsync(MfaClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var wrong = await client.AnswerAsync(_guesses, _guessed.WrongCode());
            Assert.Equal((401, "invalid_code"), (wrong.Status, wrong.Error));
            _guesses = wrong.Token;
        }
    }

    private async Task<long> CounterAsync(string user) => (await _nodes.Factors.FindAsync(new("", user), default)).Factors[0].Counter;

    private static async Task<(int Status, string? Error)> AnswerAsync(MfaClient client, string token, string code)
    {
        var reply = await client.AnswerAsync(token, code);
        return (reply.Status, reply.Error);
    }

    private sealed record Pending(string User, string Token, string Code);
}
