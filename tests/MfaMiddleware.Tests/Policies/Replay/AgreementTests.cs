using System.Net;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Replay;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Simulation;
using MfaMiddleware.Tests.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Replay;

/// <summary>What is observed or replayed is what is enforced, decision by decision: else nobody could rely on a trial.</summary>
public sealed class AgreementTests
{
    private static readonly SimulatedWorldOptions World = new(20301, 20, 40);

    [Fact]
    public async Task ObservedAndReplayedDecisions_AreThoseOfEnforcement()
    {
        await using var enforced = await Played.RunAsync(observe: false);
        await using var observed = await Played.RunAsync(observe: true);

        // Under Observe every challenge counts as answered, also one that an attacker could not have answered: from then on that user's histories differ.
        var unanswered = new HashSet<string>();
        var (compared, challenged) = (0, 0);
        foreach (var (real, trial) in enforced.Rows.Zip(observed.Rows))
        {
            Assert.Equal(real.Row, trial.Row);
            if (unanswered.Contains(real.Row.User)) continue;
            Assert.Equal(Said(real), Said(trial));
            compared++;
            if (real.SignIn.IsHeld) challenged++;
            if (real.SignIn.IsHeld && !real.Row.CanProve) unanswered.Add(real.Row.User);
        }

        Assert.InRange(compared, 400, enforced.Rows.Count);
        Assert.InRange(challenged, 30, compared);
        await enforced.AssertReplaysAsync();
        await observed.AssertReplaysAsync();
    }

    [Theory]
    [InlineData(true, 2, 4, 1)]
    [InlineData(false, 2, 4, 1)]
    [InlineData(true, 50, 8, 0)]
    [InlineData(false, 50, 8, 0)]
    public async Task ChallengeForTravel_IsReplayedAsItWasDecided_AlsoWhereTheLogBeginsAfterIt(bool answered, int kept, int replayed, int cut)
    {
        var clock = new FakeClock();
        await using var harness = new RiskHarness(
            o => (o.Policy.Mode, o.Policy.History.MaxSignIns) = (MfaMode.Suspicious, kept), clock, a => new(0, 20 * a.GetAddressBytes()[3]) { Country = $"C{a.GetAddressBytes()[3]}" });
        await harness.EnrollAsync("alice");
        await harness.ProveAsync(await SignInAsync(0));
        var asked = await SignInAsync(1);
        if (answered) await harness.ProveAsync(asked);
        for (var i = 0; i < 5; i++) await SignInAsync(0);
        // At a jump it is what was answered that counts, at leisure what was left open.
        clock.Advance(answered ? TimeSpan.Zero : TimeSpan.FromDays(9));
        var last = await SignInAsync(answered ? (byte)2 : (byte)1);
        Assert.Equal(answered ? MfaOutcome.NotRequired : MfaOutcome.Required, last.Outcome);

        Assert.Equal((replayed, cut), await Played.AssertReplaysAsync(harness));

        Task<HarnessSignIn> SignInAsync(byte city)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return harness.SignInAsync("alice", new IPAddress([203, 0, city, city]), "pc", Browsers.Chrome);
        }
    }

    private static (MfaOutcome, string, string) Said(HarnessRow row) =>
        (row.SignIn.Outcome, row.SignIn.Made.Decision!.Rule, string.Join(' ', row.SignIn.Made.Decision!.Risk!.Codes));

    /// <summary>The whole world once, under one of the two modes.</summary>
    private sealed class Played(RiskHarness harness) : IAsyncDisposable
    {
        public List<HarnessRow> Rows { get; } = [];

        public static async Task<Played> RunAsync(bool observe)
        {
            var (world, clock) = (new SimulatedWorld(World), new FakeClock(World.Start));
            var harness = new RiskHarness(
                o => (o.Policy.Mode, o.Policy.Observe, o.Policy.History.MaxSignIns) = (MfaMode.Suspicious, observe, 12), clock, address => world.Locate(address).ToLocation());
            var played = new Played(harness);
            var rows = world.Run().ToList();
            foreach (var user in rows.Select(r => r.User).Distinct()) await harness.EnrollAsync(user);
            await foreach (var row in harness.PlayAsync(rows, clock)) played.Rows.Add(row);
            return played;
        }

        /// <summary>The kept sign-ins under the same policy: each is decided as it was.</summary>
        public async Task AssertReplaysAsync()
        {
            var (replayed, cut) = await AssertReplaysAsync(harness);
            // Most logs don't reach back to the user's first sign-in, so that the seeds are at work.
            Assert.InRange(cut, 5, World.Users);
            Assert.InRange(replayed, 200, Rows.Count);
        }

        public static async Task<(int Replayed, int Cut)> AssertReplaysAsync(RiskHarness harness)
        {
            var replay = harness.Services.GetRequiredService<MfaPolicyReplay>();
            var options = replay.Settings().Make(_ => { });
            var factors = harness.Services.GetRequiredService<FactorStore>();
            var (replayed, cut) = (0, 0);
            await foreach (var (subject, history) in harness.Services.GetRequiredService<HistoryKeeper>().ReadAllAsync(default))
            {
                var account = await factors.FindAsync(subject, default);
                var isFirst = true;
                await foreach (var signIn in replay.RunAsync(subject, history, account, options, default))
                {
                    if (isFirst && signIn.HasEarlier) cut++;
                    isFirst = false;
                    Assert.Equal(Said(signIn.Record.Outcome, signIn.Record.Risk), Said(signIn.Decision.Outcome, signIn.Decision.Risk));
                    replayed++;
                }
            }

            return (replayed, cut);
        }

        public ValueTask DisposeAsync() => harness.DisposeAsync();

        private static string Said(MfaOutcome outcome, MfaMiddleware.Policies.Signals.RiskAssessment? risk) => $"{outcome} {string.Join(' ', risk!.Findings.Select(f => f.Code))}";
    }
}
