using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class WebAuthnPolicyCheckTests
{
    private static readonly WebAuthnPolicy Good = new()
    {
        RelyingPartyId = "example.com",
        RelyingPartyName = "Example",
        Origins = ["https://example.com", "https://login.example.com:8443", "android:apk-key-hash:abc"],
        AppId = "https://example.com/app-id.json",
    };

    [Fact]
    public void GoodPolicies_HaveNoProblem()
    {
        Assert.Empty(WebAuthnPolicyCheck.Problems(Good));
        Assert.Empty(WebAuthnPolicyCheck.Problems(Good with { RelyingPartyId = "localhost", Origins = ["http://localhost:5000"], AppId = null }));
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("https://EXAMPLE.com")]
    [InlineData("https://example.com:443")]
    [InlineData("http://example.com")]
    [InlineData("https://evilexample.com")]
    [InlineData("https://*.example.com")]
    [InlineData("example.com")]
    [InlineData("null")]
    [InlineData("")]
    public void OriginThatIsNotExact_IsNamed(string origin) =>
        Assert.Contains($"'{origin}'", Assert.Single(WebAuthnPolicyCheck.Problems(Good with { Origins = [origin] })), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("example.com:443")]
    [InlineData("Example.com")]
    [InlineData("")]
    public void RelyingPartyIdThatIsNoDomain_IsNamed(string id) => Assert.Contains(WebAuthnPolicyCheck.Problems(Good with { RelyingPartyId = id }), p => p.Contains($"'{id}'", StringComparison.Ordinal));

    [Theory]
    [InlineData(-8)]
    [InlineData(-53)]
    public void EdDsa_IsRefusedWithItsReason(int id) =>
        Assert.Contains("EdDSA", Assert.Single(WebAuthnPolicyCheck.Problems(Good with { Algorithms = [-7, id] })), StringComparison.Ordinal);

    [Fact]
    public void EachOtherProblem_IsFound()
    {
        WebAuthnPolicy[] wrong =
        [
            Good with { Origins = [] }, Good with { Algorithms = [] }, Good with { Algorithms = [-65535] }, Good with { AppId = "http://example.com" }, Good with { AppId = "example" },
            Good with { Timeout = TimeSpan.Zero }, Good with { Timeout = TimeSpan.FromMinutes(6) }, Good with { TopOrigins = ["https://example.com"] },
            Good with { AllowCrossOrigin = true, TopOrigins = ["https://example.com/"] },
            Good with { AttestationPolicy = new AttestationPolicy { AllowedAaguids = [Guid.Empty], DeniedAaguids = [Guid.Empty] } },
            Good with { Attestation = AttestationConveyance.Direct, AttestationPolicy = new AttestationPolicy { RefuseUntrusted = true } },
            Good with { AttestationPolicy = new AttestationPolicy { RefuseUntrusted = true, Roots = [Vector.Root] } },
        ];

        Assert.All(wrong, policy => Assert.Single(WebAuthnPolicyCheck.Problems(policy)));
    }
}
