using System.Globalization;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class GuessingCodesTests
{
    private const int MaxAttempts = 5;

    [Fact]
    public async Task B001_FiveWrongCodes_KillTheTokenBeforeTheRightOne()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var reply = await client.LoginAsync("alice");
        var (tokens, remaining) = (new List<string?> { reply.Token }, new List<string?>());

        for (var i = 0; i < MaxAttempts; i++)
        {
            reply = await client.AnswerAsync(reply.Token, device.WrongCode(i));
            Assert.Equal(401, reply.Status);
            remaining.Add(reply["attempts_remaining"]);
            if (reply.Token is not null) tokens.Add(reply.Token);
        }

        Assert.Equal(["4", "3", "2", "1", null], remaining);
        Assert.Equal("too_many_attempts", reply.Error);
        foreach (var token in tokens)
        {
            var late = await client.AnswerAsync(token, device.Code());
            Oracles.IsInvalidToken(late);
            await Oracles.NobodyIsSignedInAsync(client, late);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B003_200WrongCodesAtOnce_AreEvaluatedFiveTimesAtMostAndEachIsCounted(bool overHttp2)
    {
        await using var host = await TestHost.StartAsync();
        using var client = overHttp2 ? MfaClient.OverHttp2(host.Http2Address) : new MfaClient(host.BaseAddress, 50);
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");
        var codes = Enumerable.Range(0, 200).Select(i => device.WrongCode(i * 100)).Distinct().ToList();
        Assert.Equal(200, codes.Count);

        var replies = await Task.WhenAll(codes.Select(code => client.AnswerAsync(challenge.Token, code)));

        var evaluated = replies.Where(reply => reply.Error is "invalid_code" or "too_many_attempts").ToList();
        Assert.InRange(evaluated.Count, 1, MaxAttempts);
        Assert.Equal(evaluated.Count, host.Events.Count(MfaEventNames.AnswerRejected, "alice"));
        Assert.All(replies.Except(evaluated), Oracles.IsInvalidToken);
        Assert.Equal($"{MaxAttempts - evaluated.Count}", evaluated.MinBy(reply => int.Parse(reply["attempts_remaining"]!, CultureInfo.InvariantCulture))!["attempts_remaining"]);
        await Oracles.NobodyIsSignedInAsync(client, [.. replies.Take(10), .. evaluated]);
    }

    [Fact]
    public async Task WrongCodes_200AtOnceWithEveryTokenThatIsHandedOut_AreEvaluatedFiveTimesAtMost()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var latest = (await client.LoginAsync("alice")).Token;

        // Each of 200 takes up the newest token that it saw, as an attacker would.
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var reply = await client.AnswerAsync(Volatile.Read(ref latest), device.WrongCode(i * 10));
            if (reply.Token is { } next) Volatile.Write(ref latest, next);
            return reply;
        })));

        Assert.InRange(replies.Count(reply => reply.Error is "invalid_code" or "too_many_attempts"), 1, MaxAttempts);
        Assert.InRange(host.Events.Count(MfaEventNames.AnswerRejected, "alice"), 1, MaxAttempts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("abcdef")]
    [InlineData("1234567")]
    [InlineData("１２３４５６")]
    [InlineData(" 123456 ")]
    [InlineData("123 456")]
    [InlineData("+12345")]
    [InlineData("-1")]
    [InlineData("12345\u0000")]
    public async Task B005_StringsOfTheWrongShape_AreCountedWrongAnswers(string code)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await client.AnswerAsync((await client.LoginAsync("alice")).Token, code);

        Assert.Equal((401, "invalid_code", "4"), (reply.Status, reply.Error, reply["attempts_remaining"]));
    }

    [Theory]
    [InlineData("null", 400)]
    [InlineData("123456", 400)]
    [InlineData("12345", 400)]
    [InlineData("true", 400)]
    [InlineData("[\"123456\"]", 400)]
    [InlineData("{\"a\":1}", 400)]
    public async Task B005_WrongJsonTypes_AreRefusedAndNotCounted(string code, int status)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var reply = await client.PostTextAsync("/mfa", $$"""{"mfa_token":"{{token}}","code":{{code}}}""");

        Assert.Equal((status, "invalid_request"), (reply.Status, reply.Error));
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
    }

    [Theory]
    [InlineData(300, 400)]
    [InlineData(1024 * 1024, 413)]
    public async Task B005_OversizedCodes_AreRefusedAndNotCounted(int length, int status)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var reply = await client.AnswerAsync(token, new string('1', length));

        Assert.Equal(status, reply.Status);
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
    }

    [Fact]
    public async Task B005_RightCodeWithSpacesAndDash_IsAccepted()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        foreach (var spell in (Func<string, string>[])[c => $" {c} ", c => c.Insert(3, " "), c => c.Insert(3, "-")])
        {
            var device = await host.EnrollTotpAsync("user" + spell("123456"));
            var reply = await client.AnswerAsync((await client.LoginAsync("user" + spell("123456"))).Token, spell(device.Code()));
            Assert.Equal(200, reply.Status);
        }
    }

    [Fact]
    public async Task B006_RightCodeOfAWaitingAccount_IsRefusedAndStaysGood()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Methods:Totp:Window:Past"] = "2");
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await FailAsync(client, host, device, "alice", 5);
        var token = (await client.LoginAsync("alice")).Token;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        var code = device.Code();

        var refused = await client.AnswerAsync(token, code);
        Assert.Equal((429, "throttled"), (refused.Status, refused.Error));
        Assert.Equal(TimeSpan.FromSeconds(29), refused.Message.Headers.RetryAfter!.Delta);
        await Oracles.NobodyIsSignedInAsync(client, refused);

        host.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(token, refused.Token);
        Assert.Equal(200, (await client.AnswerAsync(refused.Token, code)).Status);
    }

    [Fact]
    public async Task B007_WrongRecoveryCodes_CountForTheAccountAndHaveALowerCap()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        for (var i = 0; i < 10; i++)
        {
            var reply = await client.AnswerAsync((await client.LoginAsync("alice")).Token, $"ABCDEF-ABCDEF-ABCDEF-ABCD{i:D2}");
            Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
            // The account's own ladder: five wrong ones, of whatever kind, and it waits.
            if (i is 4 or 9) Assert.Equal(429, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.Device.Code())).Status);
            host.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        var capped = await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.RecoveryCodes[0]);
        Assert.Equal((429, "throttled"), (capped.Status, capped.Error));
        Assert.Equal(1, host.Events.Count(MfaEventNames.AccountCapped, "alice"));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.Device.Code())).Status);
    }

    [Fact]
    public async Task B010_AttackerWithoutThePassword_LeavesTheVictimsCounterAlone()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning;
            o.Endpoints = PasswordLogin.Map;
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;
        var id = MfaToken.Parse(token)!.Value.SessionId;

        // Each tenth names the session that the victim is about to answer: ids are no secret.
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var guess = i % 10 == 0 ? MfaToken.New() with { SessionId = id } : MfaToken.New();
            Oracles.IsInvalidToken(await client.AnswerAsync(guess.Encode(), $"{i:D6}"));
            if (i % 5 == 0) Assert.Equal(401, (await client.PostAsync("/password-login", new { user = "alice", password = $"guess{i}" })).Status);
        });

        Assert.Equal(0, host.Services.GetRequiredService<CountingFactorStore>().Charges);
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public async Task B105_ThreeWrongCodesAfterTheRightPassword_AreToldToTheOwner()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var reply = await client.PostAsync("/login", new { user = "alice" });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, host.Events.Count(MfaEventNames.MfaFailedAfterPassword));
            reply = await client.AnswerAsync(reply.Token, device.WrongCode(i));
        }

        Assert.Equal(1, host.Events.Count(MfaEventNames.MfaFailedAfterPassword, "alice"));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("1")]
    public async Task LastAttempt_BeforeTheThirdFailure_IsToldToTheOwnerToo(string attempts)
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["PendingSessions:MaxAttempts"] = attempts);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        await FailAsync(client, host, device, "alice", int.Parse(attempts, CultureInfo.InvariantCulture));

        Assert.Equal(1, host.Events.Count(MfaEventNames.MfaFailedAfterPassword, "alice"));
    }

    internal static async Task FailAsync(MfaClient client, TestHost host, TotpDevice device, string user, int times)
    {
        var token = (string?)null;
        for (var i = 0; i < times; i++)
        {
            var reply = await client.AnswerAsync(token ?? (await client.LoginAsync(user)).Token, device.WrongCode(i));
            Assert.Equal(401, reply.Status);
            token = reply.Token;
        }
    }
}
