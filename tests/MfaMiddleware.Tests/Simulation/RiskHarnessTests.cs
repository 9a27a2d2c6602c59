using System.Net;
using MfaMiddleware.Policies;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Simulation;
using Xunit;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>What measurements and replay rest on: the engine behaves without a web server as it does behind one.</summary>
public sealed class RiskHarnessTests
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private static readonly IPAddress Home = IPAddress.Parse("203.0.113.7");

    [Fact]
    public async Task User_EnrolsAndIsKnownAfterwards_UntilTheNextPassword()
    {
        var clock = new FakeClock();
        await using var harness = new RiskHarness(o => o.Policy.Mode = MfaMode.Suspicious, clock);

        var first = await harness.SignInAsync("alice", Home, "pc", Chrome);
        await harness.ProveAsync(first);
        clock.Advance(TimeSpan.FromDays(1));
        var second = await harness.SignInAsync("alice", Home, "pc", Chrome);
        var elsewhere = await harness.SignInAsync("alice", Home, null, Chrome);
        await harness.PasswordChangedAsync("alice", wasReset: false);
        var afterwards = await harness.SignInAsync("alice", Home, "pc", Chrome);

        Assert.Equal(
            [MfaOutcome.EnrollmentRequired, MfaOutcome.NotRequired, MfaOutcome.Required, MfaOutcome.Required],
            new[] { first, second, elsewhere, afterwards }.Select(s => s.Outcome));
        Assert.Equal([true, false, false, false], (await harness.RecordsAsync("alice")).Select(r => r.IsProved));
    }

    [Fact]
    public async Task UserBehindAVpn_IsAskedAtTheFirstExitAbroad_AndNotAtTheNext_InThatBrowser()
    {
        await using var harness = new RiskHarness(o => o.Policy.Mode = MfaMode.Suspicious, new FakeClock(), a => new(0, 20 * a.GetAddressBytes()[2]) { Country = $"C{a.GetAddressBytes()[2]}" });
        foreach (var browser in (string[])["pc", "phone"]) await harness.ProveAsync(await SignInAsync(0, browser));

        var first = await SignInAsync(1, "pc");
        await harness.ProveAsync(first);
        var (next, atHome, other) = (await SignInAsync(2, "pc"), await SignInAsync(0, "pc"), await SignInAsync(3, "phone"));

        Assert.Equal([MfaOutcome.Required, MfaOutcome.NotRequired, MfaOutcome.NotRequired, MfaOutcome.Required], new[] { first, next, atHome, other }.Select(s => s.Outcome));

        Task<HarnessSignIn> SignInAsync(byte exit, string browser) => harness.SignInAsync("alice", new IPAddress([203, 0, exit, 7]), browser, Chrome);
    }

    [Fact]
    public async Task Failures_AreCountedBeforeTheNextDecision()
    {
        await using var harness = new RiskHarness(o => o.Policy.Mode = MfaMode.Suspicious, new FakeClock());
        await harness.EnrollAsync("alice");
        for (var i = 0; i < 5; i++) await harness.FailPasswordAsync("alice", Home);

        var decision = (await harness.SignInAsync("alice", Home, "pc", Chrome)).Made.Decision!;

        Assert.Contains("failed_passwords", decision.Reasons);
    }
}
