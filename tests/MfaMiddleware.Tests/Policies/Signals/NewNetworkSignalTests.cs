using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

public sealed class NewNetworkSignalTests : IDisposable
{
    private readonly RiskRig _rig = new(null, null, ("Addresses:Trusted:0", "192.0.2.0/24"), ("Addresses:Deny:0", "198.51.100.66"));

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("198.51.100.0", "known_network")]
    [InlineData("198.51.100.255", "known_network")]
    [InlineData("::ffff:198.51.100.9", "known_network")]
    [InlineData("198.51.101.0", "new_network")]
    [InlineData("198.51.99.255", "new_network")]
    [InlineData("2001:db8:7::1", "known_network")]
    [InlineData("2001:db8:7:ffff:ffff:ffff:ffff:ffff", "known_network")]
    [InlineData("2001:db8:8::1", "new_network")]
    [InlineData("2001:db8:6:ffff::1", "new_network")]
    [InlineData("192.0.2.200", "trusted_network")]
    [InlineData("::ffff:192.0.2.200", "trusted_network")]
    public async Task Network_IsAnIPv4Slash24OrAnIPv6Slash48(string address, string code)
    {
        var history = _rig.Known().Visited(new Visit(_rig.Now, null, false), "20010db80007", _rig.Options);

        Assert.Equal(code, await _rig.CodeAsync("new_network", history, _rig.SignIn(address)));
    }

    [Fact]
    public async Task NewNetworkAlone_IsTooLittleToChallenge()
    {
        var risk = await _rig.AssessAsync(_rig.Known(), _rig.SignIn("203.0.113.9", RiskRig.Secret));

        Assert.Equal((15, false), (risk.Score, risk.IsSuspicious));
        Assert.Equal(["new_network"], risk.Codes);
        Assert.Empty(risk.WouldHaveAvoided);
    }

    [Theory]
    [InlineData(null, "no_address")]
    [InlineData("203.0.113.9", "no_history")]
    public async Task NoAddressAndNoHistory_AreUnknownAndNoSignOfAnAttack(string? address, string code)
    {
        var found = await _rig.FindAsync("new_network", SignInHistory.Empty, _rig.SignIn(address));

        Assert.Equal((code, RiskConfidence.Unknown, false, 15), (found.Code, found.Confidence, found.IsAttackSign, found.Weight));
    }

    [Fact]
    public async Task NetworkOfAnObservedSignIn_CountsOnlyWhileObserving()
    {
        var history = _rig.Known() with { Networks = [new SeenNetwork("203.0.113", _rig.Now, true)] };
        Assert.Equal("new_network", await _rig.CodeAsync("new_network", history, _rig.SignIn("203.0.113.9")));

        using var observing = new RiskRig(null, null, ("Policy:Observe", "true"));
        Assert.Equal("known_network", await observing.CodeAsync("new_network", history, _rig.SignIn("203.0.113.9")));
    }

    [Fact]
    public async Task DeniedAddress_IsASignOfAnAttack_ThoughItsNetworkIsKnown()
    {
        var found = await _rig.FindAsync("untrusted_address", _rig.Known(), _rig.SignIn("::ffff:198.51.100.66", RiskRig.Secret));

        Assert.Equal(("found_on_deny_list", RiskConfidence.Low, 100, true), (found.Code, found.Confidence, found.Weight, found.IsAttackSign));
        Assert.Equal(("198.51.100.66/32", "Mfa:Addresses:Deny"), (found.Details["entry"].Contains('/', StringComparison.Ordinal) ? found.Details["entry"] : found.Details["entry"] + "/32", found.Details["list"]));
        Assert.Equal("not_found_on_deny_list", await _rig.CodeAsync("untrusted_address", _rig.Known(), _rig.SignIn("198.51.100.67", RiskRig.Secret)));
    }
}
