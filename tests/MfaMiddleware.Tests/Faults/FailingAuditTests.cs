using System.Diagnostics;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Completion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

/// <summary>The host's audit fails or hangs. In real time: what ends a wait is a timer.</summary>
public sealed class FailingAuditTests
{
    /// <summary>Of a budget of three seconds, on a machine full of tests.</summary>
    private static readonly TimeSpan Bounded = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(SinkFault.Throws)]
    [InlineData(SinkFault.Hangs)]
    [InlineData(SinkFault.Blocks)]
    public async Task C31_SinkInTrouble_HoldsUpNoSignInAndGetsWhatItMissedOnceItIsWell(SinkFault fault)
    {
        using var sink = new FailingSink();
        await using var host = await StartAsync(sink);
        using var client = host.Client();
        sink.Break(fault);

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            var device = await EnrollAsync(host, $"user{i}");
            var done = await client.AnswerAsync((await client.LoginAsync($"user{i}")).Token, device.Code());
            Assert.Equal(200, done.Status);
            Assert.NotNull(await client.MeAsync(done.CookieHeader));
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Bounded);
        Assert.Empty(sink.Taken);
        await UntilAsync(() => host.Events.Count(MfaEventNames.SignInCompleted) == 20);
        sink.Heal();
        if (fault != SinkFault.Throws) await UntilAsync(() => sink.Taken.Count(e => e.Name == MfaEventNames.SignInCompleted) == 20);
    }

    [Theory]
    [InlineData(SinkFault.Throws)]
    [InlineData(SinkFault.Hangs)]
    [InlineData(SinkFault.Blocks)]
    public async Task C31_RequiredAuditInTrouble_Is503AndCostsNeitherTheCodeNorTheTokenNorAnAttempt(SinkFault fault)
    {
        using var sink = new FailingSink();
        await using var host = await StartAsync(sink, o => o.Settings["AuditRequired"] = "true");
        using var client = host.Client();
        var (device, recoveryCode) = await EnrollAsync(client, "alice");
        var challenge = await client.LoginAsync("alice");
        sink.Break(fault);

        var started = Stopwatch.GetTimestamp();
        string[] codes = [device.Code(1), recoveryCode, device.WrongCode()];
        var refusals = await Task.WhenAll(codes.Select(code => client.AnswerAsync(challenge.Token, code)));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Bounded);
        foreach (var refused in refusals)
        {
            Assert.Equal((503, "temporarily_unavailable", challenge.Token), (refused.Status, refused.Error, refused.Token));
            Assert.NotNull(refused.Message.Headers.RetryAfter);
            Assert.Empty(refused.SetCookies);
        }

        Assert.Equal(1, host.Events.Count(MfaEventNames.SignInCompleted));
        sink.Heal();
        var wrong = await client.AnswerAsync(challenge.Token, device.WrongCode());
        Assert.Equal("4", wrong["attempts_remaining"]);
        var done = await client.AnswerAsync(wrong.Token, recoveryCode);
        Assert.Equal(200, done.Status);
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code(1))).Status);
    }

    [Fact]
    public async Task C31_RequiredAuditThatFailsAtTheLastStep_Is503AndOnlyTheUsedCodeIsGone()
    {
        using var sink = new FailingSink();
        await using var host = await StartAsync(sink, o => o.Settings["AuditRequired"] = "true");
        using var client = host.Client();
        var device = await EnrollAsync(host, "alice");
        var challenge = await client.LoginAsync("alice");
        sink.Break(SinkFault.Throws, MfaEventNames.SignInCompleted);

        var refused = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal((503, "temporarily_unavailable", null), (refused.Status, refused.Error, refused.Token));
        Assert.Empty(refused.SetCookies);
        sink.Heal();
        Assert.Equal(401, (await client.AnswerAsync(challenge.Token, device.Code())).Status);
        var again = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
        Assert.Equal((401, "invalid_code"), (again.Status, again.Error));
        Assert.Equal(200, (await client.AnswerAsync(again.Token, device.Code(1))).Status);
    }

    [Fact]
    public async Task C31_RequiredAuditInTrouble_LetsNoSignInPassWithoutAChallengeEither()
    {
        using var sink = new FailingSink();
        await using var host = await StartAsync(sink, o =>
        {
            o.Settings["AuditRequired"] = "true";
            o.Settings["Policy:Mode"] = "Never";
        });
        using var client = host.Client();
        sink.Break(SinkFault.Hangs);

        foreach (var refused in await Task.WhenAll(client.PostAsync("/login", new { user = "alice" }), client.PostAsync("/token", new { user = "alice" })))
        {
            Assert.Equal((503, "temporarily_unavailable"), (refused.Status, refused.Error));
            Assert.NotNull(refused.Message.Headers.RetryAfter);
            Assert.Empty(refused.SetCookies);
        }

        sink.Heal();
        Assert.NotNull(await client.MeAsync((await client.LoginAsync("alice")).CookieHeader));
    }

    [Fact]
    public async Task C31_RequiredAuditInTrouble_LetsNoSignInComeBack()
    {
        using var sink = new FailingSink();
        await using var host = await StartAsync(sink, o =>
        {
            var services = o.ServicesBefore;
            CodeServer.Configure(o);
            o.ServicesBefore += services;
            o.Settings["AuditRequired"] = "true";
        });
        using var client = host.Client();
        var device = await EnrollAsync(host, "alice");
        var proof = (await client.AnswerAsync((await client.GetAsync(CodeServer.Authorize)).Token, device.Code())).Token!;
        sink.Break(SinkFault.Throws);

        var refused = await client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof));

        Assert.Equal((503, "temporarily_unavailable"), (refused.Status, refused.Error));
        Assert.Null(refused.Message.Headers.Location);
        sink.Heal();
        proof = (await client.AnswerAsync((await client.GetAsync(CodeServer.Authorize)).Token, device.Code(1))).Token!;
        Assert.Equal(302, (await client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof))).Status);
    }

    [Fact]
    public async Task RequiredAudit_WithoutASink_EndsTheStart()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            o.Settings["AuditRequired"] = "true";
            o.ServicesAfter = services => services.RemoveAll<IMfaEventSink>();
        }));

        Assert.Contains("AddEventSink<T>()", e.Message, StringComparison.Ordinal);
    }

    private static Task<TestHost> StartAsync(FailingSink sink, Action<TestHostOptions>? configure = null) => TestHost.StartAsync(o =>
    {
        o.Settings["StoreTimeout"] = "00:00:03";
        // A code of the next step is another one, and no test waits for it.
        o.Settings["Methods:Totp:Window:Future"] = "1";
        o.ServicesBefore = services => services.AddSingleton<IMfaEventSink>(sink);
        o.ServicesAfter = services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System));
        configure?.Invoke(o);
    });

    /// <summary>A first sign-in; its code was that of the present step.</summary>
    private static async Task<(TotpDevice Device, string RecoveryCode)> EnrollAsync(MfaClient client, string user)
    {
        var challenge = await client.LoginAsync(user);
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });
        var enrollment = started.Json["enrollment"]!;
        var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, TimeProvider.System);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() })).Status);
        return (device, (string)started.Json["recovery_codes"]![0]!);
    }

    private static async Task<TotpDevice> EnrollAsync(TestHost host, string user)
    {
        var device = await host.EnrollTotpAsync(user);
        return new TotpDevice(device.FactorId, device.Secret, TimeProvider.System);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Bounded);
            await Task.Yield();
        }
    }
}
