using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class PackedTests
{
    private static readonly Guid Model = new(0x01020304, 0x0506, 0x0708, 9, 10, 11, 12, 13, 14, 15, 16);

    [Fact]
    public async Task MakersProof_IsTrustedWithItsRoot()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);
        var site = Strict(maker);

        var credential = await site.OwnAsync(key);

        Assert.Equal((AttestationTrustPath.Trusted, Model), (credential.TrustPath, credential.Aaguid));
    }

    [Fact]
    public async Task ItsOwnCertificateAsAnchor_IsTrusted()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);
        var site = new Site();
        site.Policy = site.Policy with { AttestationPolicy = new AttestationPolicy { Roots = [maker.Certificate], RefuseUntrusted = true } };

        Assert.Equal(AttestationTrustPath.Trusted, (await site.OwnAsync(key)).TrustPath);
    }

    [Fact]
    public async Task AnotherMakersRoot_IsNotTrusted()
    {
        using var maker = new SoftMaker(Model);
        using var other = new SoftMaker();
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationUntrusted, Site.Reason(await Strict(other).RegisterAsync(key)));
        var site = new Site();
        site.Policy = site.Policy with { AttestationPolicy = new AttestationPolicy { Roots = [other.Root] } };
        Assert.Equal(AttestationTrustPath.Untrusted, (await site.OwnAsync(key)).TrustPath);
    }

    [Fact]
    public async Task CertificateOfAnotherModel_IsRefused()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.Aaguid = Guid.Empty)));
    }

    [Fact]
    public async Task CertificateForAnotherUse_IsRefused()
    {
        using var unit = new SoftMaker(Model, unit: "Web Server");
        using var authority = new SoftMaker(Model, isAuthority: true);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(unit).RegisterAsync(Key(unit))));
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(authority).RegisterAsync(Key(authority))));
    }

    [Fact]
    public async Task BogusSignature_IsRefused()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.ChangeSignature = _ => maker.Sign([1, 2, 3]))));
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.ChangeSignature = _ => [])));
    }

    [Theory]
    [InlineData(-257)]
    [InlineData(-8)]
    [InlineData(-35)]
    [InlineData(0)]
    public async Task AnotherAlgorithmInTheStatement_IsRefused(int algorithm)
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.StatementAlgorithm = algorithm)));
    }

    [Fact]
    public async Task StrangeCertificates_AreRefused()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);
        byte[][][] chains = [[], [[]], [[1, 2, 3]], [System.Text.Encoding.UTF8.GetBytes(maker.Certificate.ExportCertificatePem())], [.. Enumerable.Repeat(maker.Certificate.RawData, 9)]];
        foreach (var chain in chains)
        {
            Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.ChangeStatement = s => s["x5c"] = chain)));
        }
    }

    [Fact]
    public async Task StrangeMembers_AreRefused()
    {
        using var maker = new SoftMaker(Model);
        using var key = Key(maker);
        Action<SortedDictionary<string, object>>[] changes =
        [
            s => s["ecdaaKeyId"] = new byte[4], s => s["ver"] = "2.0", s => s["alg"] = "ES256", s => s.Remove("sig"), s => s.Remove("alg"), s => s["sig"] = "text", s => s["x5c"] = 1,
        ];
        foreach (var change in changes)
        {
            Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await Strict(maker).RegisterAsync(key, d => d.ChangeStatement = change)));
        }
    }

    [Fact]
    public async Task SelfAttestation_IsRightWithTheKeysOwnAlgorithmOnly()
    {
        using var key = new SoftAuthenticator { Format = "packed" };
        using var other = SoftKey.Es256();
        var site = new Site();

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await site.RegisterAsync(key, d => d.StatementAlgorithm = -257)));
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await site.RegisterAsync(key, d => d.StatementAlgorithm = -35)));
        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await site.RegisterAsync(key, d => d.Signer = other)));
        Assert.Equal(AttestationTrustPath.Self, (await site.OwnAsync(key)).TrustPath);
    }

    [Fact]
    public async Task U2FCertificateOfAnotherCurve_IsRefused()
    {
        using var maker = new SoftMaker(curve: ECCurve.NamedCurves.nistP384);
        using var key = new SoftAuthenticator { IsU2F = true, Format = "fido-u2f", Maker = maker };

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await new Site().RegisterAsync(key)));
    }

    [Fact]
    public async Task U2FWithTwoCertificates_IsRefused()
    {
        using var maker = new SoftMaker();
        using var key = new SoftAuthenticator { IsU2F = true, Format = "fido-u2f", Maker = maker };

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await new Site().RegisterAsync(key, d => d.ChangeStatement = s => s["x5c"] = new[] { maker.Certificate.RawData, maker.Root.RawData })));
    }

    private static SoftAuthenticator Key(SoftMaker maker) => new() { Format = "packed", Maker = maker, Aaguid = Model };

    private static Site Strict(SoftMaker maker)
    {
        var site = new Site();
        site.Policy = site.Policy with { Attestation = AttestationConveyance.Direct, AttestationPolicy = new AttestationPolicy { Roots = [maker.Root], RefuseUntrusted = true } };
        return site;
    }
}
