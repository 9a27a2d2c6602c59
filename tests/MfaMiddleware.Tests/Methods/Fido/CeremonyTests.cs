using System.Buffers.Text;
using System.Text;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Registration;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class CeremonyTests
{
    [Fact]
    public async Task Challenges_AreOf32BytesAndNeverTheSame()
    {
        var site = new Site();
        var challenges = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            challenges.Add((await site.BeginRegistrationAsync()).Options.GetProperty("challenge").GetString()!);
            challenges.Add(site.BeginAssertion().Options.GetProperty("challenge").GetString()!);
        }

        Assert.Equal(1000, challenges.Count);
        Assert.All(challenges, c => Assert.Equal(32, Base64Url.DecodeFromChars(c).Length));
    }

    [Fact]
    public async Task RegistrationsChallenge_FinishesNoAssertion_AndTheOtherWayRound()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var (creation, registration) = await site.BeginRegistrationAsync();
        var (request, assertion) = site.BeginAssertion();

        Assert.Equal(Refusal.WrongCeremony, Site.Reason(site.FinishAssertion(registration, key.Get(request))));
        Assert.Equal(Refusal.WrongCeremony, Site.Reason(await site.FinishRegistrationAsync(assertion, key.Create(creation))));
    }

    [Fact]
    public async Task Ceremony_IsOverAtItsTimeout()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var (request, assertion) = site.BeginAssertion();
        var (creation, registration) = await site.BeginRegistrationAsync();

        site.Now += site.Policy.Timeout - TimeSpan.FromTicks(1);
        Assert.IsType<AssertionResult.Verified>(site.FinishAssertion(assertion, key.Get(request)));
        site.Now += TimeSpan.FromTicks(1);
        Assert.Equal(Refusal.CeremonyExpired, Site.Reason(site.FinishAssertion(assertion, key.Get(request))));
        Assert.Equal(Refusal.CeremonyExpired, Site.Reason(await site.FinishRegistrationAsync(registration, key.Create(creation))));
    }

    [Fact]
    public async Task AnotherCeremonysState_IsRefused()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        Assert.Equal(Refusal.ChallengeMismatch, Site.Reason(site.FinishAssertion(site.BeginAssertion().State, key.Get(site.BeginAssertion().Options))));
    }

    [Fact]
    public async Task SettingsOfTheCeremony_CountAndNotThoseSince()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        site.Policy = site.Policy with { UserVerification = UserVerification.Required };
        var (request, state) = site.BeginAssertion();
        site.Policy = site.Policy with { UserVerification = UserVerification.Discouraged };

        Assert.Equal(Refusal.UserNotVerified, Site.Reason(site.FinishAssertion(state, key.Get(request))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("AQEB")]
    public async Task StateThatIsNone_IsUnknown(string? state)
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        Assert.Equal(Refusal.CeremonyUnknown, Site.Reason(site.FinishAssertion(state, key.Get(site.BeginAssertion().Options))));
        Assert.Equal(Refusal.CeremonyUnknown, Site.Reason(await site.FinishRegistrationAsync(state, key.Create((await site.BeginRegistrationAsync()).Options))));
    }

    [Fact]
    public async Task State_SurvivesItsText_AndNoCutOfIt()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var text = (await site.BeginRegistrationAsync()).State;

        Assert.Equal(text, Ceremony.TryRead(text)!.ToText());
        Assert.All(Enumerable.Range(0, text.Length - 1), length => Assert.Null(Ceremony.TryRead(text[..length])));
    }

    [Fact]
    public void EmptyChallenge_IsNoCeremony()
    {
        var ceremony = Ceremony.OfAssertion(Vector.Defaults, [], Vector.Now) with { Challenge = Array.Empty<byte>() };

        Assert.Null(Ceremony.TryRead(ceremony.ToText()));
    }

    [Fact]
    public async Task CreationOptions_SayWhatThePolicySays()
    {
        using var key = new SoftAuthenticator { Transports = ["usb", "nfc"] };
        var site = new Site();
        site.Policy = site.Policy with { Hints = ["security-key"], Attestation = AttestationConveyance.Direct, Algorithms = [-7, -257], UserVerification = UserVerification.Discouraged };
        await site.OwnAsync(key);

        var options = (await site.BeginRegistrationAsync()).Options;

        Assert.Equal(
            $$$"""
            {"rp":{"id":"example.com","name":"Example"},"user":{"id":"{{{Base64Url.EncodeToString(site.Keys[0].UserHandle.Span)}}}","name":"anna@example.com","displayName":"Anna"},"challenge":"{{{options.GetProperty("challenge")}}}","pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"timeout":300000,"excludeCredentials":[{"type":"public-key","id":"{{{Base64Url.EncodeToString(key.CredentialId)}}}","transports":["usb","nfc"]}],"authenticatorSelection":{"residentKey":"discouraged","requireResidentKey":false,"userVerification":"discouraged"},"hints":["security-key"],"attestation":"direct","extensions":{"appidExclude":"https://example.com/app-id.json"}}
            """,
            options.GetRawText());
    }

    [Fact]
    public async Task RequestOptions_SayWhatThePolicySays()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        var options = site.BeginAssertion().Options;

        Assert.Equal(
            $$$"""
            {"challenge":"{{{options.GetProperty("challenge")}}}","timeout":300000,"rpId":"example.com","allowCredentials":[{"type":"public-key","id":"{{{Base64Url.EncodeToString(key.CredentialId)}}}","transports":["usb"]}],"userVerification":"preferred","hints":[],"extensions":{}}
            """,
            options.GetRawText());
    }

    [Fact]
    public async Task UserHandle_IsRandomAndShort_AndOneForAllKeysOfAUser()
    {
        using var first = new SoftAuthenticator();
        using var second = new SoftAuthenticator();
        var site = new Site();

        var handle = (await site.OwnAsync(first)).UserHandle;
        var other = await new Site().OwnAsync(second);

        Assert.Equal(handle.ToArray(), (await site.OwnAsync(second)).UserHandle.ToArray());
        Assert.NotEqual(handle.ToArray(), other.UserHandle.ToArray());
        Assert.InRange(handle.Length, 16, 64);
        Assert.DoesNotContain("anna", Encoding.UTF8.GetString(handle.Span), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task FrameworksCode_RunsWithoutIdentityAndRefusesAnotherState()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        var (options, text) = await site.BeginRegistrationAsync();
        var ceremony = Ceremony.TryRead(text)!;
        var other = Ceremony.TryRead((await site.BeginRegistrationAsync()).State)!;

        // Ours agrees, the framework's own challenge doesn't: both have a say.
        var result = await site.FinishRegistrationAsync((ceremony with { FrameworkState = other.FrameworkState }).ToText(), key.Create(options));

        Assert.Equal(Refusal.FrameworkRefused, Site.Reason(result));
        Assert.IsType<RegistrationResult.Registered>(await site.FinishRegistrationAsync(text, key.Create(options)));
    }
}
