using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>The formats of Android and Apple, whose certificate is made for the one key.</summary>
public sealed class PlatformTests
{
    private const string NoAuthorizations = "3000";
    private const string Generated = "300EA1053103020102BF853E03020100";
    private const string Imported = "300EA1053103020102BF853E03020102";
    private const string AllApplications = "3006BF8458020500";

    [Theory]
    [InlineData("android-key")]
    [InlineData("apple")]
    public async Task KeyOfThePlatform_IsTrusted(string format)
    {
        using var platform = new SoftPlatform();
        using var key = Key(platform, format);

        Assert.Equal(AttestationTrustPath.Trusted, (await Strict(platform).OwnAsync(key)).TrustPath);
    }

    [Theory]
    [InlineData("android-key")]
    [InlineData("apple")]
    public async Task CertificateOfAnotherKey_IsRefused(string format)
    {
        using var other = SoftKey.Es256();
        using var platform = new SoftPlatform { OtherKey = other };
        using var key = Key(platform, format);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(platform).RegisterAsync(key)));
    }

    [Theory]
    [InlineData("android-key")]
    [InlineData("apple")]
    public async Task CertificateOfAnotherCeremony_IsRefused(string format)
    {
        using var platform = new SoftPlatform { ChangeChallenge = challenge => [.. challenge.Reverse()] };
        using var key = Key(platform, format);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(platform).RegisterAsync(key)));
    }

    [Theory]
    [InlineData(Generated, NoAuthorizations, Refusal.AndroidKeyNotHardware)]
    [InlineData(NoAuthorizations, NoAuthorizations, Refusal.AndroidKeyNotHardware)]
    [InlineData(NoAuthorizations, Imported, Refusal.AttestationInvalid)]
    [InlineData(AllApplications, Generated, Refusal.AttestationInvalid)]
    [InlineData("3003A10500", Generated, Refusal.AttestationInvalid)]
    public async Task AndroidKeyThatIsNotForThisInHardware_IsRefused(string software, string hardware, string reason)
    {
        using var platform = new SoftPlatform { Authorizations = (software, hardware) };
        using var key = Key(platform, "android-key");

        Assert.Equal(reason, Site.Reason(await Strict(platform).RegisterAsync(key)));
    }

    [Fact]
    public async Task AndroidKeyInSoftware_IsTakenWhereTheRuleIsOff()
    {
        using var platform = new SoftPlatform { Authorizations = (Generated, NoAuthorizations) };
        using var key = Key(platform, "android-key");
        var site = Strict(platform);
        site.Policy = site.Policy with { AttestationPolicy = site.Policy.AttestationPolicy with { StrictAndroidKey = false } };

        await site.OwnAsync(key);
    }

    private static SoftAuthenticator Key(SoftPlatform platform, string format) => new() { Format = format, Platform = platform };

    private static Site Strict(SoftPlatform platform)
    {
        var site = new Site();
        site.Policy = site.Policy with { Attestation = AttestationConveyance.Direct, AttestationPolicy = new AttestationPolicy { Roots = [platform.Root], RefuseUntrusted = true } };
        return site;
    }
}
