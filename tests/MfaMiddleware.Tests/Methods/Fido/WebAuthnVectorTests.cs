using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Registration;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>The test vectors of Web Authentication Level 3.</summary>
public sealed class WebAuthnVectorTests
{
    public static TheoryData<string> Valid => [.. Vector.Valid.Select(v => v.Name)];

    [Fact]
    public void Vectors_AreAllThere()
    {
        Assert.Equal(15, Vector.All.Count);
        Assert.Equal(13, Vector.Valid.Count);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task ValidVector_RegistersAndProves(string name)
    {
        var vector = Vector.Named(name);

        var credential = await vector.RegisteredAsync();
        var result = vector.Assert(Vector.Open, credential);

        Assert.Equal(vector.CredentialId, credential.Id.ToArray());
        Assert.IsType<AssertionResult.Verified>(result);
    }

    [Theory]
    [InlineData("none-es256", "none", AttestationTrustPath.None)]
    [InlineData("packed-self-es256", "packed", AttestationTrustPath.Self)]
    [InlineData("packed-es256", "packed", AttestationTrustPath.Trusted)]
    [InlineData("packed-es384", "packed", AttestationTrustPath.Trusted)]
    [InlineData("packed-es512", "packed", AttestationTrustPath.Trusted)]
    [InlineData("packed-rs256", "packed", AttestationTrustPath.Trusted)]
    [InlineData("tpm-es256", "tpm", AttestationTrustPath.Trusted)]
    [InlineData("android-key-es256", "android-key", AttestationTrustPath.Trusted)]
    [InlineData("apple-es256", "apple", AttestationTrustPath.Trusted)]
    [InlineData("fido-u2f-es256", "fido-u2f", AttestationTrustPath.Trusted)]
    public async Task ValidVector_LeadsToItsRoot(string name, string format, object trustPath)
    {
        var credential = await Vector.Named(name).RegisteredAsync();

        Assert.Equal(format, credential.AttestationFormat);
        Assert.Equal(trustPath, credential.TrustPath);
        Assert.Equal(format == "fido-u2f", credential.IsU2F);
    }

    [Theory]
    [InlineData("packed-eddsa")]
    [InlineData("packed-ed448")]
    public async Task EdDsaVector_IsRefusedByName(string name)
    {
        var refused = Assert.IsType<RegistrationResult.Refused>(await Vector.Named(name).RegisterAsync(Vector.Open));

        Assert.Equal(Refusal.AlgorithmNotSupported, refused.Reason);
    }

    [Theory]
    [InlineData("none-es256-crossOrigin", Refusal.CrossOriginNotAllowed)]
    [InlineData("none-es256-topOrigin", Refusal.CrossOriginNotAllowed)]
    [InlineData("packed-eddsa", Refusal.AlgorithmNotSupported)]
    [InlineData("packed-ed448", Refusal.AlgorithmNotSupported)]
    [InlineData("tpm-es256", Refusal.TpmManufacturerUnknown)]
    [InlineData("android-key-es256", Refusal.AndroidKeyNotHardware)]
    [InlineData("fido-u2f-es256", Refusal.AaguidNotZero)]
    [InlineData("none-es256", null)]
    [InlineData("none-es256-long-credential-id", null)]
    [InlineData("packed-self-es256", null)]
    [InlineData("packed-es256", null)]
    [InlineData("packed-es384", null)]
    [InlineData("packed-es512", null)]
    [InlineData("packed-rs256", null)]
    [InlineData("apple-es256", null)]
    public async Task ShippedDefaults_RefuseTheseByName(string name, string? reason)
    {
        var result = await Vector.Named(name).RegisterAsync(Vector.Defaults);

        Assert.Equal(reason, (result as RegistrationResult.Refused)?.Reason);
    }

    [Fact]
    public async Task TopOriginVector_NeedsItsTopOriginNamed()
    {
        var vector = Vector.Named("none-es256-topOrigin");

        var refused = Assert.IsType<RegistrationResult.Refused>(await vector.RegisterAsync(Vector.Open with { TopOrigins = [] }));

        Assert.Equal(Refusal.TopOriginNotAllowed, refused.Reason);
    }

    [Theory]
    [InlineData("none-es256")]
    [InlineData("packed-self-es256")]
    public async Task UntrustedRefused_TakesNoneAndSelfNoMore(string name)
    {
        var policy = Vector.Open with { AttestationPolicy = Vector.Open.AttestationPolicy with { RefuseUntrusted = true } };

        var refused = Assert.IsType<RegistrationResult.Refused>(await Vector.Named(name).RegisterAsync(policy));

        Assert.Equal(Refusal.AttestationUntrusted, refused.Reason);
        Assert.IsType<RegistrationResult.Registered>(await Vector.Named("packed-es256").RegisterAsync(policy));
    }

    [Fact]
    public async Task AnotherRoot_DoesNotMakeTheVectorsTrusted()
    {
        using var other = TestRoots.Make("CN=Another root");
        var policy = Vector.Open with { AttestationPolicy = new AttestationPolicy { Roots = [other], RefuseUntrusted = true } };

        var refused = Assert.IsType<RegistrationResult.Refused>(await Vector.Named("packed-es256").RegisterAsync(policy));

        Assert.Equal(Refusal.AttestationUntrusted, refused.Reason);
    }

    [Fact]
    public async Task ExpiredRoot_DoesNotMakeTheVectorsTrusted()
    {
        var vector = Vector.Named("packed-es256");
        var policy = Vector.Open with { AttestationPolicy = Vector.Open.AttestationPolicy with { RefuseUntrusted = true } };
        var early = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var result = await VectorRun.Engine.FinishRegistrationAsync(
            policy, vector.RegistrationCeremony(policy).ToText(), vector.RegistrationJson(vector.Registration.ClientData, vector.Registration.AttestationObject),
            static (_, _) => ValueTask.FromResult(false), early, CancellationToken.None);

        Assert.Equal(Refusal.AttestationUntrusted, Assert.IsType<RegistrationResult.Refused>(result).Reason);
    }

    [Fact]
    public async Task DeniedModel_IsRefused_AndOnlyAllowedModelsPass()
    {
        var vector = Vector.Named("packed-es256");
        var aaguid = (await vector.RegisteredAsync()).Aaguid;
        var rules = Vector.Open.AttestationPolicy;

        var denied = await vector.RegisterAsync(Vector.Open with { AttestationPolicy = rules with { DeniedAaguids = [aaguid] } });
        var notAllowed = await vector.RegisterAsync(Vector.Open with { AttestationPolicy = rules with { AllowedAaguids = [Guid.Empty] } });
        var allowed = await vector.RegisterAsync(Vector.Open with { AttestationPolicy = rules with { AllowedAaguids = [Guid.Empty, aaguid] } });

        Assert.Equal(Refusal.AaguidNotAllowed, Assert.IsType<RegistrationResult.Refused>(denied).Reason);
        Assert.Equal(Refusal.AaguidNotAllowed, Assert.IsType<RegistrationResult.Refused>(notAllowed).Reason);
        Assert.IsType<RegistrationResult.Registered>(allowed);
    }
}
