using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>RSA keys of a TPM, which the specification's vectors don't have.</summary>
public sealed class TpmTests
{
    private static readonly Guid Model = new(8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

    // For all of them: it takes long to make.
    private static readonly SoftKey CredentialKey = SoftKey.Rs256();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RsaKeyOfATpm_IsTrusted_WithSha256AndTheOldSha1(bool isOld)
    {
        using var tpm = new SoftTpm(isOld: isOld);
        var key = Key(tpm);
        var site = Strict(tpm);

        Assert.Equal(AttestationTrustPath.Trusted, (await site.OwnAsync(key)).TrustPath);
        site.Accept(key);
    }

    [Theory]
    [InlineData("id:FFFFF1D0")]
    [InlineData("494E5443")]
    [InlineData("Intel")]
    public async Task UnknownManufacturer_IsRefusedUnlessTheRuleIsOff(string manufacturer)
    {
        using var tpm = new SoftTpm(manufacturer);
        var key = Key(tpm);
        var site = Strict(tpm);

        Assert.Equal(Refusal.TpmManufacturerUnknown, Site.Reason(await site.RegisterAsync(key)));
        site.Policy = site.Policy with { AttestationPolicy = site.Policy.AttestationPolicy with { KnownTpmManufacturer = false } };
        await site.OwnAsync(key);
    }

    [Fact]
    public async Task CertificateThatIsNoIdentityKeys_IsRefused()
    {
        using var named = new SoftTpm(subject: "CN=Somebody");
        using var web = new SoftTpm(use: "1.3.6.1.5.5.7.3.1");

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(named).RegisterAsync(Key(named))));
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(web).RegisterAsync(Key(web))));
    }

    [Fact]
    public async Task CertificateOfAnotherModel_IsRefused()
    {
        using var other = new SoftTpm(certified: Guid.Empty);
        using var same = new SoftTpm(certified: Model);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(other).RegisterAsync(Key(other))));
        await Strict(same).OwnAsync(Key(same));
    }

    [Theory]
    [InlineData(1)] // another type of key
    [InlineData(3)] // another hash of the name
    [InlineData(13)] // a symmetric algorithm
    [InlineData(21)] // another exponent
    [InlineData(100)] // another modulus
    public async Task DescriptionOfAnotherKey_IsRefused(int at) => await RefusedAsync(tpm => tpm.ChangeArea = bytes => Turn(bytes, at));

    [Theory]
    [InlineData(0)] // not of a TPM
    [InlineData(5)] // not a certification
    [InlineData(20)] // another ceremony
    [InlineData(80)] // another key's name
    public async Task StatementOnSomethingElse_IsRefused(int at) => await RefusedAsync(tpm => tpm.ChangeInfo = bytes => Turn(bytes, at));

    [Fact]
    public async Task BytesBehind_AreRefused()
    {
        await RefusedAsync(tpm => tpm.ChangeArea = bytes => [.. bytes, 0]);
        await RefusedAsync(tpm => tpm.ChangeInfo = bytes => [.. bytes, 0]);
        await RefusedAsync(tpm => tpm.ChangeArea = _ => []);
        await RefusedAsync(tpm => tpm.ChangeInfo = _ => []);
    }

    [Fact]
    public async Task StrangeMembers_AreRefused()
    {
        using var tpm = new SoftTpm();
        var key = Key(tpm);
        Action<SortedDictionary<string, object>>[] changes =
        [
            s => s["ver"] = "1.2", s => s.Remove("certInfo"), s => s["alg"] = -7, s => s["alg"] = -259, s => s["alg"] = 5, s => s["sig"] = Array.Empty<byte>(), s => s["x5c"] = Array.Empty<byte[]>(),
        ];
        foreach (var change in changes)
        {
            Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(tpm).RegisterAsync(key, d => d.ChangeStatement = change)));
        }
    }

    private static async Task RefusedAsync(Action<SoftTpm> change)
    {
        using var tpm = new SoftTpm();
        var key = Key(tpm);
        var site = Strict(tpm);
        change(tpm);
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await site.RegisterAsync(key)));

        tpm.ChangeArea = tpm.ChangeInfo = bytes => bytes;
        await site.OwnAsync(key);
    }

    private static byte[] Turn(byte[] bytes, int at)
    {
        bytes[at] ^= 0x22;
        return bytes;
    }

    private static SoftAuthenticator Key(SoftTpm tpm) => new(CredentialKey) { Format = "tpm", Tpm = tpm, Aaguid = Model };

    private static Site Strict(SoftTpm tpm)
    {
        var site = new Site();
        site.Policy = site.Policy with { Attestation = AttestationConveyance.Direct, AttestationPolicy = new AttestationPolicy { Roots = [tpm.Root], RefuseUntrusted = true } };
        return site;
    }
}
