using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

public sealed class NewDeviceSignalTests : IDisposable
{
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task BrowserOfTheUser_IsKnown()
    {
        var found = await FindAsync(_rig.Known(), RiskRig.Secret);

        Assert.Equal(("known_device", RiskConfidence.High, 0), (found.Code, found.Confidence, found.Weight));
    }

    [Fact]
    public async Task BrowserWithoutTheCookie_IsNew()
    {
        var found = await FindAsync(_rig.Known(), null);

        Assert.Equal(("new_device", RiskConfidence.Low, 60, false), (found.Code, found.Confidence, found.Weight, found.IsAttackSign));
    }

    [Fact]
    public async Task UserWhoNeverProvedAnything_HasNoHistoryAndShowsNoSignOfAnAttack()
    {
        var found = await FindAsync(SignInHistory.Empty, RiskRig.Secret);

        Assert.Equal(("no_history", RiskConfidence.Unknown, 60, false), (found.Code, found.Confidence, found.Weight, found.IsAttackSign));
    }

    [Fact]
    public async Task BrowserOfAnotherAgent_IsChanged_AndSaysWhatItWas()
    {
        var found = await _rig.FindAsync("new_device", _rig.Known(), _rig.SignIn(secret: RiskRig.Secret, agent: "Firefox, Linux"));

        Assert.Equal(("device_changed", RiskConfidence.Low, RiskRig.Agent), (found.Code, found.Confidence, found.Details["agent"]));
        Assert.Equal("2030-01-01T12:00:00Z", found.Details["last_seen"]);
    }

    [Fact]
    public async Task BrowserOnTheLastTickOfItsLifetime_IsKnown_AndOneTickLaterExpired()
    {
        var history = _rig.Known();
        _rig.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromTicks(1));
        Assert.Equal("known_device", (await FindAsync(history, RiskRig.Secret)).Code);

        _rig.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("device_expired", (await FindAsync(history, RiskRig.Secret)).Code);
    }

    [Fact]
    public async Task ManyUsersOfOneBrowser_AreEachKnownByTheirOwnRecord()
    {
        var bobs = _rig.SignIn(secret: RiskRig.Secret) with { Subject = new MfaSubject("", "bob") };

        Assert.Equal("new_device", await _rig.CodeAsync("new_device", _rig.Known(), bobs));
        Assert.Equal("new_device", await _rig.CodeAsync("new_device", _rig.Known(), bobs with { Subject = new MfaSubject("other", "alice") }));
    }

    private ValueTask<RiskFinding> FindAsync(SignInHistory history, string? secret) => _rig.FindAsync("new_device", history, _rig.SignIn(secret: secret));
}
