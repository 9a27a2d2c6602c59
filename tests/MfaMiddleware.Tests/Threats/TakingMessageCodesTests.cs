using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class TakingMessageCodesTests
{
    private const string Number = "+49 151 23456742";

    [Fact]
    public async Task B016_RightCodeFiftyTimesInParallel_SignsInOnceAndIsGone()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var code = SmsRecorder.Of(host).LastCode;

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => client.AnswerAsync(token, code))));

        Assert.Single(replies, r => r.Status == 200);
        Assert.All(replies.Where(r => r.Status != 200), Oracles.IsInvalidToken);
        Oracles.IsInvalidToken(await client.AnswerAsync(token, code));
        Assert.Equal(401, (await client.GetAsync("/mfa/session", ("X-MFA-Token", token))).Status);
        var next = await SmsRecorder.SignInToCodeAsync(client, "alice");
        Assert.Equal("invalid_code", (await client.AnswerAsync(next, code)).Error);
    }

    [Fact]
    public async Task CodeThatWasAnswered_IsRefusedThoughTheStoreOfPendingSignInsForgotTheAnswer()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var (code, store) = (SmsRecorder.Of(host).LastCode, host.Services.GetRequiredService<IPendingSessionStore>());
        var before = await store.FindAsync(MfaToken.Parse(token)!.Value.SessionId, default);
        Assert.Equal(200, (await client.AnswerAsync(token, code)).Status);

        // As after a failover to a server that never heard of it.
        Assert.IsType<CreateResult.Created>(await store.CreateAsync(before!, new PendingSessionLimits(5, TimeSpan.Zero, 100), default));
        var again = await client.AnswerAsync(token, code);

        Assert.Equal((401, "invalid_code"), (again.Status, again.Error));
        Assert.Equal("replayed", Assert.Single(host.Events.All.Last(e => e.Name == "OtpReplayed").Reasons));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var sent = await client.PostAsync("/mfa/challenge", new { mfa_token = again.Token, method = "sms" });
        Assert.Equal(200, (await client.AnswerAsync(sent.Token, SmsRecorder.Of(host).LastCode)).Status);
    }

    [Theory]
    [InlineData(-1, 200)]
    [InlineData(1, 401)]
    public async Task B024_CodeAtTheEdgeOfItsLifetime_IsGoodBeforeAndRefusedAfter(int seconds, int status)
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");

        host.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(seconds));

        var reply = await client.AnswerAsync(token, SmsRecorder.Of(host).LastCode);
        Assert.Equal((status, status == 200 ? null : "invalid_code"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task B025_SecondMessage_MakesTheFirstCodeVoidAndForgetsNoFailure()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var first = SmsRecorder.Of(host).LastCode;
        // A wrong code leaves the one that was sent as it is.
        var wrong = await client.AnswerAsync(token, first == "000000" ? "000001" : "000000");
        Assert.Equal("4", wrong["attempts_remaining"]);

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await SmsRecorder.SendAsync(client, wrong.Token)).Status);
        var old = await client.AnswerAsync(wrong.Token, first);

        Assert.Equal((401, "3"), (old.Status, old["attempts_remaining"]));
        Assert.Equal(200, (await client.AnswerAsync(old.Token, SmsRecorder.Of(host).LastCode)).Status);
    }

    [Fact]
    public async Task WrongCode_LeavesTheCodeThatWasSentGood()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var code = SmsRecorder.Of(host).LastCode;

        var wrong = await client.AnswerAsync(token, code == "000000" ? "000001" : "000000");

        var done = await client.AnswerAsync(wrong.Token, code);
        Assert.Equal(200, done.Status);
        Assert.Equal(["pwd", "sms", "mfa"], (await client.MeAsync(done.CookieHeader))!["amr"]!.AsArray().Select(a => (string)a!).OrderBy(a => a switch { "pwd" => 0, "sms" => 1, _ => 2 }));
    }

    [Fact]
    public async Task B031_TokenOfOneUserWithTheCodeOfAnother_IsRefusedAndCountedOnTheTokensUserAlone()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        await SmsRecorder.EnrollAsync(host, "bob", "+49 151 23456743");
        var alice = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var bob = await SmsRecorder.SignInToCodeAsync(client, "bob");
        var code = SmsRecorder.Of(host).LastCode;

        var reply = await client.AnswerAsync(alice, code);

        Assert.Equal((401, "4"), (reply.Status, reply["attempts_remaining"]));
        var state = await client.GetAsync("/mfa/session", ("X-MFA-Token", bob));
        Assert.Equal("5", state["attempts_remaining"]);
        Assert.Equal(200, (await client.AnswerAsync(bob, code)).Status);
    }

    [Fact]
    public async Task B072_CodesOfTwoTokensOfOneUserSwapped_AreRefused()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var one = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var codeOfOne = SmsRecorder.Of(host).LastCode;
        var two = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var codeOfTwo = SmsRecorder.Of(host).LastCode;
        Assert.NotEqual(codeOfOne, codeOfTwo);

        var swappedOne = await client.AnswerAsync(one, codeOfTwo);
        var swappedTwo = await client.AnswerAsync(two, codeOfOne);

        Assert.Equal((401, 401), (swappedOne.Status, swappedTwo.Status));
        await Oracles.NobodyIsSignedInAsync(client, swappedOne, swappedTwo);
        Assert.Equal(200, (await client.AnswerAsync(swappedTwo.Token, codeOfTwo)).Status);
    }
}
