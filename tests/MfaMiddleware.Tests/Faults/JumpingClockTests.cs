using System.Security.Cryptography;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.Faults;

/// <summary>The host's clock is set while pending sessions live in its memory and end.</summary>
[Collection("Measured")]
public sealed class JumpingClockTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    [Fact]
    public Task C03_TwentyThousandSessionsThatEndWhileTheClockJumps_EndAtTheirRealTimeAndLeaveNoMemory() => RunAsync(20_000);

    [Fact]
    [Trait("Length", "Long")]
    public Task C03_AMillionSessionsThatEndWhileTheClockJumps_EndAtTheirRealTimeAndLeaveNoMemory() => RunAsync(1_000_000);

    [Fact]
    public async Task C03_ClockThatIsSetForwardOrBack_MakesASessionLiveNeitherShorterNorLonger()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        foreach (var jump in (TimeSpan[])[Hour, -Hour])
        {
            // Not shorter: it is answered with what the clock says now.
            var early = await client.LoginAsync("alice");
            host.Clock.Advance(Lifetime - TimeSpan.FromSeconds(1));
            host.Clock.Jump(2 * jump);
            Assert.Equal("1", (await SessionAsync(client, early.Token))["expires_in"]);
            Assert.Equal(jump > TimeSpan.Zero ? 200 : 401, (await client.AnswerAsync(early.Token, device.Code())).Status);

            // Not longer, whatever the clock says at its end.
            var late = await client.LoginAsync("alice");
            host.Clock.Jump(-2 * jump);
            host.Clock.Advance(Lifetime);
            Oracles.IsInvalidToken(await client.AnswerAsync(late.Token, device.Code()));
            host.Clock.Advance(3 * Hour);
        }
    }

    private async Task RunAsync(int count)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.LogLevel = LogLevel.Warning;
            o.Settings["PendingSessions:MaxTotal"] = $"{count + 100}";
        });
        using var client = host.Client();
        var store = (InMemoryPendingSessionStore)host.Services.GetRequiredService<IPendingSessionStore>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++) await StoreAsync(store, host, i, 1 + (i % 300));
        var full = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(count, store.Count);

        // A twentieth ends with each step; the clock is set forward or back before it, and once in the middle of a sweep.
        for (var step = 1; step <= 20; step++)
        {
            host.Clock.Jump(step % 2 == 0 ? -Hour : Hour);
            var challenge = await client.LoginAsync($"user{step}");
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            host.Clock.Jump(step % 3 == 0 ? Hour : -Hour);
            host.Clock.Advance(TimeSpan.FromSeconds(5));

            Assert.Equal(200, (await SessionAsync(client, challenge.Token)).Status);
            Assert.InRange(store.Count, count - (count * step / 20), count - (count * (step - 1) / 20) + step);
        }

        // The users of the steps were to set a factor up: they had 20 minutes.
        host.Clock.Advance(TimeSpan.FromMinutes(20) + TimeSpan.FromSeconds(15));
        Assert.Equal(0, store.Count);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{count} sessions: {(full - before) >> 20} MB, after their end {(after - before) >> 20} MB");
        Assert.InRange(after - before, long.MinValue, ((full - before) / 8) + (4 << 20));
    }

    private static Task<Reply> SessionAsync(MfaClient client, string? token) => client.GetAsync("/mfa/session", ("X-MFA-Token", token!));

    private static async Task StoreAsync(InMemoryPendingSessionStore store, TestHost host, int number, int seconds)
    {
        var now = host.Clock.GetUtcNow();
        var session = new PendingSession
        {
            Id = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            Kind = PendingSessionKind.Json,
            Purpose = PendingSessionPurpose.SignIn,
            Subject = new MfaSubject("", $"crowd{number}"),
            Network = "203.0.113.0/24",
            SecretHash = new byte[32],
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromSeconds(seconds),
            AttemptsRemaining = 5,
            Payload = new byte[500],
        };
        Assert.IsType<CreateResult.Created>(await store.CreateAsync(session, new PendingSessionLimits(5, TimeSpan.FromSeconds(60), int.MaxValue), default));
    }
}
