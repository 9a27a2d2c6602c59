using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Totp;
using MfaMiddleware.Tests.Methods.Totp;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

public sealed class OtpAuthUriTests
{
    private static readonly TotpParameters Default = TotpParameters.Of(new TotpOptions());

    [Theory]
    [InlineData("Shop", "alice", "Shop:alice", "Shop")]
    [InlineData("ACME Co", "alice@example.com", "ACME%20Co:alice%40example.com", "ACME%20Co")]
    [InlineData("Müller & Söhne", "jürgen+mfa@example.com", "M%C3%BCller%20%26%20S%C3%B6hne:j%C3%BCrgen%2Bmfa%40example.com", "M%C3%BCller%20%26%20S%C3%B6hne")]
    [InlineData("100%", "a/b?c#d", "100%25:a%2Fb%3Fc%23d", "100%25")]
    [InlineData("ACME: Shop", "urn:user:1", "ACME%20Shop:urn%20user%201", "ACME%20Shop")]
    [InlineData(" Shop: ", ":alice", "Shop:alice", "Shop")]
    public void Names_AreEscaped_AndOneColonParts(string issuer, string account, string label, string issuerParameter) =>
        Assert.Equal(
            $"otpauth://totp/{label}?secret=GEZDGNBV&issuer={issuerParameter}&algorithm=SHA1&digits=6&period=30",
            OtpAuthUri.Totp(issuer, account, "GEZDGNBV", Default));

    [Theory]
    [InlineData(TotpAlgorithm.Sha1, "SHA1")]
    [InlineData(TotpAlgorithm.Sha256, "SHA256")]
    [InlineData(TotpAlgorithm.Sha512, "SHA512")]
    public async Task Enrolment_GivesTheParametersOfTheSettings(TotpAlgorithm algorithm, string name)
    {
        var totp = new TotpFixture();
        totp.Options.Issuer = "Shop & Co";
        totp.Options.Methods.Totp = new TotpOptions { Algorithm = algorithm, Digits = 8, Period = TimeSpan.FromMinutes(1) };

        var start = await totp.BeginAsync("alice@example.com");

        // Read as an app reads it.
        var uri = new Uri(start.Uri!);
        var query = QueryHelpers.ParseQuery(uri.Query);
        Assert.Equal(("otpauth", "totp", "/Shop & Co:alice@example.com"), (uri.Scheme, uri.Host, Uri.UnescapeDataString(uri.AbsolutePath)));
        Assert.Equal(["secret", "issuer", "algorithm", "digits", "period"], query.Keys);
        Assert.Equal([start.Secret!, "Shop & Co", name, "8", "60"], query.Values.Select(v => v.ToString()));
    }

    [Fact]
    public async Task WithoutAnIssuer_TheApplicationIsNamed() =>
        Assert.StartsWith("otpauth://totp/Shop.Web:alice%40example.com?", (await new TotpFixture().BeginAsync()).Uri, StringComparison.Ordinal);
}
