using MfaMiddleware.Policies.History;
using MfaMiddleware.Tests.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.TrustedDevices;

public sealed class DeviceReaderTests : IDisposable
{
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void BrowserThatWasProved_IsKnown_AndItsSecretIsKeptNowhere()
    {
        Assert.Equal(DeviceStanding.Known, Of(_rig.Device()));
        Assert.DoesNotContain(RiskRig.Secret[..8], _rig.Device().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherSecretOrNone_IsUnknown()
    {
        Assert.Equal(DeviceStanding.Unknown, Of(_rig.Device(), secret: new string('t', 43)));
        Assert.Equal(DeviceState.Unknown, DeviceReader.Find(new(_rig.Known(), 1, null), _rig.SignIn(), _rig.Options));
    }

    [Theory]
    [InlineData(0, DeviceStanding.Known)]
    [InlineData(-1, DeviceStanding.Known)]
    [InlineData(1, DeviceStanding.FactorsChanged)]
    public void FactorsThatChangedAfterTheProof_VoidIt(int milliseconds, object standing) =>
        Assert.Equal(standing, Of(_rig.Device(), factorsChangedAt: _rig.Now.AddMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, DeviceStanding.CredentialsChanged)]
    [InlineData(-1, DeviceStanding.Known)]
    [InlineData(1, DeviceStanding.CredentialsChanged)]
    public void SignOutEverywhereWithTheProofOrAfterIt_VoidsIt(int ticks, object standing) =>
        Assert.Equal(standing, Of(_rig.Device(), history: h => h with { DevicesVoidBefore = _rig.Now.AddTicks(ticks) }));

    [Fact]
    public void SecurityStamp_MustBeTheOneOfTheProof()
    {
        var stamped = _rig.Device() with { SecurityStamp = DeviceReader.SecurityStampOf(RiskRig.PrincipalOf("one")) };

        Assert.Equal(DeviceStanding.Known, Of(stamped, stamp: "one"));
        Assert.Equal(DeviceStanding.CredentialsChanged, Of(stamped, stamp: "two"));
        Assert.Equal(DeviceStanding.CredentialsChanged, Of(stamped));
        Assert.Equal(DeviceStanding.CredentialsChanged, Of(_rig.Device(), stamp: "one"));
    }

    [Fact]
    public void AnotherPolicyAgentOrLifetime_VoidsIt()
    {
        Assert.Equal(DeviceStanding.PolicyChanged, Of(_rig.Device() with { Policy = "another" }));
        Assert.Equal(DeviceStanding.AgentChanged, Of(_rig.Device(), agent: "Firefox, Windows"));
        Assert.Equal(DeviceStanding.Expired, Of(_rig.Device() with { ProvedAt = _rig.Now.AddDays(-90) }));
        Assert.Equal(DeviceStanding.Known, Of(_rig.Device() with { ProvedAt = _rig.Now.AddDays(-90).AddTicks(1) }));
    }

    [Fact]
    public void ClockThatWentBack_LeavesTheBrowserKnown() => Assert.Equal(DeviceStanding.Known, Of(_rig.Device() with { ProvedAt = _rig.Now.AddHours(1) }));

    [Fact]
    public void ObservedBrowser_CountsOnlyWhileObserving()
    {
        var device = _rig.Device() with { IsObserved = true };
        Assert.Equal(DeviceStanding.Unknown, Of(device));

        using var observing = new RiskRig(null, null, ("Policy:Observe", "true"));
        var state = DeviceReader.Find(new(_rig.Known(device), 1, null), _rig.SignIn(secret: RiskRig.Secret), observing.Options);
        Assert.Equal(DeviceStanding.Known, state.Standing);
    }

    [Fact]
    public void Trust_EndsAtItsMoment_AndWithTheStanding()
    {
        var device = _rig.Device() with { TrustedUntil = _rig.Now.AddDays(14) };
        var known = new DeviceState(DeviceStanding.Known, device);

        Assert.True(known.IsTrusted(_rig.Now.AddDays(14).AddTicks(-1)));
        Assert.False(known.IsTrusted(_rig.Now.AddDays(14)));
        Assert.False((known with { Standing = DeviceStanding.Expired }).IsTrusted(_rig.Now));
        Assert.False(new DeviceState(DeviceStanding.Known, _rig.Device()).IsTrusted(_rig.Now));
    }

    private DeviceStanding Of(
        KnownDevice device, string? secret = null, string agent = RiskRig.Agent, string? stamp = null, DateTimeOffset? factorsChangedAt = null, Func<SignInHistory, SignInHistory>? history = null)
    {
        var known = history is null ? _rig.Known(device) : history(_rig.Known(device));
        return DeviceReader.Find(new(known, 1, factorsChangedAt), _rig.SignIn(secret: secret ?? RiskRig.Secret, agent: agent, stamp: stamp), _rig.Options).Standing;
    }
}
