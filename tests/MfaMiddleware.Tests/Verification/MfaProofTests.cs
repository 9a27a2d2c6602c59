using MfaMiddleware.Verification;
using Xunit;

namespace MfaMiddleware.Tests.Verification;

public sealed class MfaProofTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ProofsOfASession_AreTheNewestOfEachMethod()
    {
        var proof = At("totp", 3).After([At("key", 1).After([At("sms", 0), At("totp", 0)]), At("key", 2)]);

        Assert.Equal(["key@2", "sms@0", "totp@3"], proof.ByMethod().Select(p => $"{p.Methods[0]}@{p.GivenAt.Minute}").Order());
        Assert.All(proof.Earlier!, p => Assert.Null(p.Earlier));
        Assert.Null(At("totp", 3).After([At("totp", 1)]).Earlier);
    }

    [Fact]
    public void ChangeOfTheFactors_VoidsTheEarlierProofsFromBeforeIt_ButNotThoseOfWhoMadeIt()
    {
        var proof = At("totp", 3).After([At("key", 1), At("sms", 2)]);
        var change = Now.AddMinutes(1.5);

        Assert.Equal(["sms"], proof.WithoutVoidAfter(change).Earlier!.Select(p => p.Methods[0]));
        Assert.Equal(2, proof.KnowingAllUntil(change).WithoutVoidAfter(change).Earlier!.Count);
        Assert.Equal(2, proof.WithoutVoidAfter(null).Earlier!.Count);
    }

    private static MfaProof At(string method, int minute) => MfaProof.Given(method, [], MfaStrength.Otp, false, Now.AddMinutes(minute));
}
