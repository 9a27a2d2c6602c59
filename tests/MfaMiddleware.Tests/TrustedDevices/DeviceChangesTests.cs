using System.Net;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Tests.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.TrustedDevices;

/// <summary>What a challenge for travel leaves in the record of the browser: it is open until it is answered there.</summary>
public sealed class DeviceChangesTests : IDisposable
{
    private const string Hotel = "203.0.113.9";
    private static readonly GeoLocation Kenya = new(0, 9) { Country = "KE" };
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void ChallengeForTravel_IsOpenUntilItIsAnsweredFromThere()
    {
        var asked = Asked(_rig.Known(), Hotel);
        Assert.Equal(new UnansweredTravel(_rig.Now, "203.0.113", "KE"), Assert.Single(asked.Devices[0].Unanswered!));

        // The owner proves at home meanwhile: that says nothing of whoever was asked there.
        var elsewhere = Proved(asked, RiskRig.Home);
        Assert.Equal((1, null), (elsewhere.Devices[0].Unanswered!.Count, elsewhere.Devices[0].TravelledAt));

        var answered = Proved(elsewhere, "203.0.113.200");
        Assert.Equal((null, _rig.Now), (answered.Devices[0].Unanswered, answered.Devices[0].TravelledAt));
        Assert.Equal(_rig.Now, Proved(answered, RiskRig.Home).Devices[0].TravelledAt);
    }

    [Fact]
    public void ProofForAnotherReason_IsNoTravel() => Assert.Null(Proved(_rig.Known(), Hotel).Devices[0].TravelledAt);

    [Fact]
    public void TravelOfABrowserThatBecameVoid_CountsNoMore()
    {
        var history = Proved(Asked(_rig.Known(), Hotel), Hotel) with { DevicesVoidBefore = _rig.Now };

        Assert.Null(Proved(history, RiskRig.Home).Devices[0].TravelledAt);
    }

    [Fact]
    public void OpenChallenges_AreBounded_OneForEachNetwork()
    {
        var history = _rig.Known();
        for (var i = 0; i < 15; i++) history = Asked(Asked(history, $"192.0.{i}.1"), $"192.0.{i}.2");

        Assert.Equal(Enumerable.Range(5, 10).Select(i => $"192.0.{i}"), history.Devices[0].Unanswered!.Select(u => u.Network));
    }

    [Fact]
    public void ChallengeThatWasAnsweredBeforeItWasWritten_OrOfARemovedBrowser_LeavesNothing()
    {
        var signIn = _rig.SignIn(Hotel, RiskRig.Secret);
        var later = _rig.Known(_rig.Device() with { ProvedAt = _rig.Now.AddSeconds(9) });

        Assert.Same(later, DeviceChanges.TravelAsked(later, later.Devices[0].Key, signIn, Kenya));
        Assert.Same(later, DeviceChanges.TravelAsked(later, "of nobody", signIn, Kenya));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    // One that was proved stays what it is.
    [InlineData(false, true, false)]
    public void UnderObservation_AChallengeForTravelCountsAsAnswered_InAnObservedBrowser(bool isObserved, bool isForTravel, bool travelled)
    {
        var history = _rig.Known(_rig.Device() with { IsObserved = isObserved });

        var next = DeviceChanges.Observed(history, _rig.SignIn(Hotel, RiskRig.Secret), true, isForTravel, Kenya, _rig.Options);

        Assert.Equal(travelled ? _rig.Now : null, Assert.Single(next.Devices).TravelledAt);
    }

    private SignInHistory Asked(SignInHistory history, string address) =>
        DeviceChanges.TravelAsked(history, history.Devices[0].Key, _rig.SignIn(address, RiskRig.Secret), Kenya);

    private SignInHistory Proved(SignInHistory history, string address) =>
        DeviceChanges.Proved(history, _rig.Proof("session") with { Address = IPAddress.Parse(address) }, null, _rig.Options);
}
