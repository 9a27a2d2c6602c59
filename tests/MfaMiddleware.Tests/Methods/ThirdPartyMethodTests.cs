using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

public sealed class ThirdPartyMethodTests
{
    [Fact]
    public async Task OneClassAndOneLine_AreEnoughToEnrolBeChallengedAndAnswer()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var challenge = await client.LoginAsync("alice");
        Assert.Contains("pin", challenge.Json["enroll"]!.AsArray().Select(m => (string)m!));

        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "pin" });
        var id = (string)started.Json["enrollment"]!["id"]!;
        var wrong = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = id, code = "000000" });
        var enrolled = await client.PostAsync("/mfa", new { mfa_token = wrong.Token, enrollment_id = id, code = "314159" });
        Assert.Equal((401, "4", 200), (wrong.Status, wrong["attempts_remaining"], enrolled.Status));

        var next = await client.LoginAsync("alice");
        var sent = await client.PostAsync("/mfa/challenge", new { mfa_token = next.Token, method = "pin" });
        Assert.Equal("your memory", (string)sent.Json["challenge"]!["sent_to"]!);
        var done = await client.AnswerAsync(next.Token, "314159");
        Assert.Equal(["pwd", "pin", "mfa"], (await client.MeAsync(done.CookieHeader))!["amr"]!.AsArray().Select(v => (string)v!));
    }

    [Fact]
    public async Task FailuresOfAMethodThatCountsNothing_AreCountedAllTheSame()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await PinMethod.EnrollAsync(host, "alice", "314159");
        var reply = await client.LoginAsync("alice");
        var tokens = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            reply = await client.AnswerAsync(reply.Token, $"{i:D6}");
            tokens.Add(reply["attempts_remaining"]);
        }

        Assert.Equal(["4", "3", "2", "1", null], tokens);
        Assert.Equal("too_many_attempts", reply.Error);
        Assert.Equal(5, host.Events.Count(MfaEventNames.AnswerRejected, "alice"));
        Assert.Equal(429, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, "314159")).Status);
    }

    [Fact]
    public async Task MethodThatThrows_IsA503ThatSpendsNothing()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await PinMethod.EnrollAsync(host, "alice", "314159");
        var (alice, bob) = ((await client.LoginAsync("alice")).Token, (await client.LoginAsync("bob")).Token);

        Assert.Equal(503, (await client.AnswerAsync(alice, "throw!")).Status);
        Assert.Equal(503, (await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "pin", name = "throw!" })).Status);
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "pin" });
        var id = (string)started.Json["enrollment"]!["id"]!;
        Assert.Equal(503, (await client.PostAsync("/mfa", new { mfa_token = bob, enrollment_id = id, code = "throw!" })).Status);

        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", alice!)))["attempts_remaining"]);
        Assert.Equal(200, (await client.AnswerAsync(alice, "314159")).Status);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = bob, enrollment_id = id, code = "314159" })).Status);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddMethod<PinMethod>());
}
