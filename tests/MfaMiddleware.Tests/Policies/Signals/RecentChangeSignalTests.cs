using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

public sealed class RecentChangeSignalTests : IDisposable
{
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData((int)ChangeKind.Password, "password_changed", false)]
    [InlineData((int)ChangeKind.PasswordReset, "password_reset", true)]
    [InlineData((int)ChangeKind.Phone, "phone_changed", false)]
    [InlineData((int)ChangeKind.Recovery, "recovery_used", false)]
    public async Task Change_IsSuspicious_AndAResetASignOfAnAttack(int kind, string code, bool isAttack)
    {
        var found = await FindAsync(SignInHistory.Empty.Changed(Change((ChangeKind)kind)));

        Assert.Equal((code, RiskConfidence.Low, isAttack, 50), (found.Code, found.Confidence, found.IsAttackSign, found.Weight));
        Assert.Equal("2030-01-01T12:00:00Z", found.Details["at"]);
    }

    [Fact]
    public async Task ChangeAsOldAsTheWindow_IsNoLongerRecent()
    {
        var history = _rig.Known().Changed(Change(ChangeKind.Password));
        _rig.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Equal("password_changed", (await FindAsync(history)).Code);

        _rig.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("no_recent_change", (await FindAsync(history)).Code);
    }

    [Fact]
    public async Task ProofAfterAReset_EndsTheSignOfAnAttack_AndTheSuspicionInThatBrowserOnly()
    {
        var known = _rig.Known();
        _rig.Clock.Advance(TimeSpan.FromTicks(1));
        var reset = known.Changed(Change(ChangeKind.PasswordReset));
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await FindAsync(reset)).IsAttackSign);

        var proved = reset with { Devices = [_rig.Device()], LastProvedAt = _rig.Now };
        Assert.Equal("no_recent_change", (await FindAsync(proved, RiskRig.Secret)).Code);
        Assert.Equal(("password_reset", false), ((await FindAsync(proved)).Code, (await FindAsync(proved)).IsAttackSign));
    }

    [Fact]
    public async Task AnotherChangeAfterAReset_DoesNotHideIt()
    {
        var history = SignInHistory.Empty.Changed(Change(ChangeKind.PasswordReset));
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        var found = await FindAsync(history.Changed(Change(ChangeKind.Password)));

        Assert.Equal(("password_changed", true), (found.Code, found.IsAttackSign));
    }

    private AccountChange Change(ChangeKind kind) => new(_rig.Now, kind);

    private ValueTask<RiskFinding> FindAsync(SignInHistory history, string? secret = null) => _rig.FindAsync("recent_change", history, _rig.SignIn(secret: secret));
}
