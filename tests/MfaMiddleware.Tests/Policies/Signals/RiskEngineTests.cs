using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>What the engine makes of signals that don't do as they should, by the example of one of the host's.</summary>
public sealed class RiskEngineTests
{
    [Fact]
    public async Task SignalThatThrows_IsEnoughToChallengeAndNoSignOfAnAttack() =>
        await FailsAsync(new TestSignal(_ => throw new InvalidOperationException("broken")), "signal_error");

    [Fact]
    public async Task SignalThatCancelsItself_IsEnoughToChallenge() => await FailsAsync(new TestSignal(_ => throw new OperationCanceledException()), "signal_error");

    [Fact]
    public async Task SignalThatFindsNothing_IsEnoughToChallenge() => await FailsAsync(new TestSignal(_ => new((RiskFinding)null!)), "signal_error");

    [Fact]
    public async Task SignalThatCantBeMade_IsEnoughToChallenge() => await FailsAsync(null, "signal_error", "TestSignal");

    [Fact]
    public async Task SignalThatCantSayItsName_IsEnoughToChallenge()
    {
        using var rig = new RiskRig(null, mfa => mfa.AddRiskSignal<NamelessSignal>());
        AssertFailed(await rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret)), "signal_error", nameof(NamelessSignal));
    }

    [Fact]
    public async Task SignalThatNeverAnswers_IsEnoughToChallengeWhenTheTimeIsOver()
    {
        using var rig = Rig(new TestSignal(_ => new(new TaskCompletionSource<RiskFinding>().Task)));
        var assessing = rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret)).AsTask();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(assessing.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));

        AssertFailed(await assessing, "signal_timeout", "test");
    }

    [Fact]
    public async Task SignalThatBlocks_IsEnoughToChallenge_AndSoAreTheSignalsAfterIt()
    {
        RiskRig? rig = null;
        rig = Rig(new TestSignal(_ =>
        {
            rig!.Clock.Advance(TimeSpan.FromSeconds(1));
            return new(new RiskFinding("late", RiskConfidence.High));
        }));
        using (rig) AssertFailed(await rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret)), "signal_timeout", "test");
    }

    [Fact]
    public async Task SignInThatIsGivenUp_IsNotAssessed()
    {
        using var given = new CancellationTokenSource();
        using var rig = Rig(new TestSignal(_ => new(new TaskCompletionSource<RiskFinding>().Task)));
        var engine = rig.Get<RiskEngine>();
        var assessing = engine.AssessAsync(engine.ContextOf(rig.SignIn(), new(rig.Known(), 1, null), rig.Options), given.Token).AsTask();
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => assessing);
    }

    [Theory]
    [InlineData(RiskConfidence.High, 0, false)]
    [InlineData(RiskConfidence.Neutral, 0, false)]
    [InlineData(RiskConfidence.Medium, 25, false)]
    [InlineData(RiskConfidence.Low, 50, true)]
    [InlineData(RiskConfidence.Unknown, 50, true)]
    [InlineData((RiskConfidence)99, 50, true)]
    public async Task Confidence_GivesTheWeight(RiskConfidence confidence, int weight, bool isSuspicious)
    {
        using var rig = Rig(new TestSignal(_ => new(new RiskFinding("custom", confidence) { Signal = "forged", Weight = -1000, IsAttackSign = true })));
        var risk = await rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret));

        Assert.Equal((weight, isSuspicious), (risk.Score, risk.IsSuspicious));
        Assert.Equal(isSuspicious ? ["custom"] : [], risk.WouldHaveAvoided);
        Assert.Equal(confidence is not RiskConfidence.Unknown, risk.IsAttack);
        Assert.Equal("test", risk.Findings[^1].Signal);
    }

    [Fact]
    public async Task AnyFindingThatSpeaksAgainstIt_IsEnoughWhereTheSettingsSaySo_EvenWithoutAWeight()
    {
        using var rig = Rig(new TestSignal(_ => new(new RiskFinding("custom", (RiskConfidence)99))), 0, ("Policy:Signals:Combine", "Any"));
        var risk = await rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret));

        Assert.True(risk.IsSuspicious);
        Assert.Null(risk.Threshold);
        Assert.Equal(["custom"], risk.WouldHaveAvoided);
    }

    [Fact]
    public async Task SignalThatIsSwitchedOff_IsNotAsked()
    {
        using var rig = new RiskRig(null, null, ("Policy:Signals:NewDevice:Enabled", "false"), ("Policy:Signals:Velocity:Enabled", "false"));

        Assert.Equal(["new_network", "impossible_travel", "untrusted_address", "recent_change"], (await rig.AssessAsync(rig.Known(), rig.SignIn())).Findings.Select(f => f.Signal));
    }

    private static async Task FailsAsync(TestSignal? signal, string code, string name = "test")
    {
        using var rig = Rig(signal);
        AssertFailed(await rig.AssessAsync(rig.Known(), rig.SignIn(secret: RiskRig.Secret)), code, name);
        Assert.Contains(rig.Log.Errors, line => line.Contains(code, StringComparison.Ordinal));
    }

    private static void AssertFailed(RiskAssessment risk, string code, string signal)
    {
        Assert.Equal((true, false), (risk.IsSuspicious, risk.IsAttack));
        var failed = risk.Findings[^1];
        Assert.Equal((code, signal, RiskConfidence.Unknown, false), (failed.Code, failed.Signal, failed.Confidence, failed.IsAttackSign));
    }

    private static RiskRig Rig(TestSignal? signal, int weight = 50, params (string, string?)[] settings) => new(
        services => services.AddScoped(_ => signal ?? throw new InvalidOperationException("no database")), mfa => mfa.AddRiskSignal<TestSignal>(weight), settings);

    internal sealed class NamelessSignal : IRiskSignal
    {
        public string Name => throw new InvalidOperationException("no name");

        public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken) => new(new RiskFinding("usual", RiskConfidence.High));
    }

    internal sealed class TestSignal(Func<RiskContext, ValueTask<RiskFinding>> find) : IRiskSignal
    {
        public string Name => "test";

        public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken) => find(context);
    }
}
