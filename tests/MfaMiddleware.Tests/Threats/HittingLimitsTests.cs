using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>B106: each limit, hit, answers with 429 and Retry-After or a negative, at the number that the table of defaults gives.</summary>
public sealed class HittingLimitsTests
{
    [Fact]
    public async Task B106_LadderAndHardCap_AnswerWithTheirWaits()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var waits = new Dictionary<int, int>();
        for (var failures = 1; failures <= 100; failures++)
        {
            var reply = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.WrongCode(failures));
            Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
            if (failures % 5 != 0) continue;

            var waiting = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
            Assert.Equal((429, "throttled"), (waiting.Status, waiting.Error));
            waits[failures] = (int)waiting.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
            Assert.Equal($"{waits[failures]}", waiting["retry_after"]);
            host.Clock.Advance(TimeSpan.FromSeconds(waits[failures]));
        }

        Assert.Equal(20, waits.Count);
        Assert.Equal((60, 300, 900, 3600, 3600), (waits[5], waits[10], waits[15], waits[20], waits[95]));

        // 100: waiting doesn't help any more.
        host.Clock.Advance(TimeSpan.FromDays(30));
        var capped = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
        Assert.Equal((429, "throttled", 3600d), (capped.Status, capped.Error, capped.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal(2, host.Events.Count(MfaEventNames.AccountCapped, "alice"));
        await Oracles.NobodyIsSignedInAsync(client, capped);
    }

    [Fact]
    public async Task B106_PendingSessionsOfASubject_AreFiveAndTheSixthOfAnotherNetworkWaits()
    {
        await using var host = await TestHost.StartAsync(o => o.Pipeline = app => app.Use((context, next) =>
        {
            if (context.Request.Headers["X-Address"] is [{ } address]) context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
            return next(context);
        }));
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        for (var i = 0; i < 5; i++) Assert.Equal(200, (await client.LoginAsync("alice")).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(20));

        var sixth = await client.PostAsync("/login", new { user = "alice" }, ("X-Address", "203.0.113.9"));

        Assert.Equal((429, "too_many_sessions", "40"), (sixth.Status, sixth.Error, sixth["retry_after"]));
        Assert.Equal(TimeSpan.FromSeconds(40), sixth.Message.Headers.RetryAfter!.Delta);
        Assert.Null(sixth.Token);
        host.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(200, (await client.PostAsync("/login", new { user = "alice" }, ("X-Address", "203.0.113.9"))).Status);
    }

    [Fact]
    public async Task B106_PendingSessionsInAll_AreCappedWithA503()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["PendingSessions:MaxTotal"] = "10");
        using var client = host.Client();
        for (var i = 0; i < 10; i++) Assert.Equal(200, (await client.LoginAsync($"user{i}")).Status);

        var newcomer = await client.LoginAsync("alice");

        Assert.Equal((503, "temporarily_unavailable"), (newcomer.Status, newcomer.Error));
        Assert.NotNull(newcomer.Message.Headers.RetryAfter);
        await Oracles.NobodyIsSignedInAsync(client, newcomer);
        host.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(200, (await client.LoginAsync("alice")).Status);
    }

    [Fact]
    public async Task B106_SetUpsAndAttempts_EndAtTheirNumbers()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var (enrolling, enrolled) = (await client.LoginAsync("newcomer"), await client.LoginAsync("alice"));
        Assert.Equal(("1200", "300", "5", "5"), (enrolling["expires_in"], enrolled["expires_in"], enrolling["attempts_remaining"], enrolled["attempts_remaining"]));

        var last = enrolled;
        for (var i = 0; i < 5; i++) last = await client.AnswerAsync(last.Token, device.WrongCode(i));
        Assert.Equal((401, "too_many_attempts"), (last.Status, last.Error));

        host.Clock.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await client.PostAsync("/mfa/enroll", new { mfa_token = enrolling.Token, method = "totp" })).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Oracles.IsInvalidToken(await client.PostAsync("/mfa/enroll", new { mfa_token = enrolling.Token, method = "totp" }));
    }
}
