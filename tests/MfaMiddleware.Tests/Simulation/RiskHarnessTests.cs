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
    public async Task Failures_AreCountedBeforeTheNextDecision()
    {
        await using var harness = new RiskHarness(o => o.Policy.Mode = MfaMode.Suspicious, new FakeClock());
        await harness.EnrollAsync("alice");
        for (var i = 0; i < 5; i++) await harness.FailPasswordAsync("alice", Home);

        var decision = (await harness.SignInAsync("alice", Home, "pc", Chrome)).Made.Decision!;

        Assert.Contains("failed_passwords", decision.Reasons);
    }
}
