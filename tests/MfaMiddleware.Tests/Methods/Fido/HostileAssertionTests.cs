using System.Text;
using System.Text.Json.Nodes;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>One valid proof, one field changed before the authenticator signs it.</summary>
public sealed class HostileAssertionTests
{
    [Theory]
    [InlineData("https://evilexample.com")]
    [InlineData("https://example.com.evil")]
    [InlineData("http://example.com")]
    [InlineData("https://example.com:8443")]
    [InlineData("https://example.com/")]
    [InlineData("https://EXAMPLE.com")]
    [InlineData("https://xn--exmple-cua.com")]
    [InlineData("https://www.example.com")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("android:apk-key-hash:2jmj7l5rSw0yVb-vlWAYkK-YBwk")]
    public Task AnotherOrigin_IsRefused(string origin) => RefusedAsync(Refusal.OriginNotAllowed, d => d.ClientData["origin"] = origin);

    [Theory]
    [InlineData("webauthn.create")]
    [InlineData("webauthn.GET")]
    [InlineData("payment.get")]
    public Task AnotherType_IsRefused(string type) => RefusedAsync(Refusal.TypeMismatch, d => d.ClientData["type"] = type);

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public Task AnotherChallenge_IsRefused(string challenge) => RefusedAsync(Refusal.ChallengeMismatch, d => d.ClientData["challenge"] = challenge);

    [Fact]
    public Task ChallengeWithPadding_IsRefused() => RefusedAsync(Refusal.ChallengeMismatch, d => d.ClientData["challenge"] = d.ClientData["challenge"] + "=");

    [Fact]
    public Task FrameOfAnotherSite_IsRefused() => RefusedAsync(Refusal.CrossOriginNotAllowed, d => d.ClientData["crossOrigin"] = true);

    [Fact]
    public Task TopOrigin_IsRefused() => RefusedAsync(Refusal.TopOriginNotAllowed, d => d.ClientData["topOrigin"] = "https://example.com");

    [Fact]
    public Task TopOriginWithoutFrame_IsRefusedEvenWhereItIsAllowed() => RefusedAsync(
        Refusal.TopOriginNotAllowed,
        d => d.ClientData["topOrigin"] = "https://other.example",
        s => s.Policy = s.Policy with { AllowCrossOrigin = true, TopOrigins = ["https://other.example"] });

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"type\":\"webauthn.get\"")]
    public Task ClientDataThatIsNone_IsRefused(string json) => RefusedAsync(Refusal.Malformed, d => d.RawClientData = Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData(",\"origin\":\"https://example.com\"}")]
    [InlineData(",\"type\":\"webauthn.get\"}")]
    [InlineData(",\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData(",\"topOrigin\":null}")]
    [InlineData(",\"x\":\"\\ud800\",\"topOrigin\":\"\\ud800\"}")]
    [InlineData("} {}")]
    [InlineData("}x")]
    public Task ClientDataWithTwoMeanings_IsRefused(string tail) =>
        RefusedAsync(Refusal.Malformed, d => d.RawClientData = Encoding.UTF8.GetBytes(d.ClientData.ToJsonString()[..^1] + tail));

    [Theory]
    [InlineData("evil.com")]
    [InlineData("www.example.com")]
    [InlineData("https://example.com")]
    [InlineData("")]
    public Task AnotherRelyingParty_IsRefused(string name) => RefusedAsync(Refusal.RpIdMismatch, d => d.HashedName = name);

    [Fact]
    public Task AppIdOnAWebAuthnKey_IsRefused() => RefusedAsync(Refusal.RpIdMismatch, d =>
    {
        d.HashedName = Site.AppId;
        d.Outputs["appid"] = true;
    });

    [Fact]
    public Task UserNotPresent_IsRefused() => RefusedAsync(Refusal.UserNotPresent, d => d.Flags &= unchecked((byte)~SoftDraft.UserPresent));

    [Fact]
    public Task UserNotVerified_IsRefusedWhereRequired() =>
        RefusedAsync(Refusal.UserNotVerified, d => d.Flags &= unchecked((byte)~SoftDraft.UserVerified), s => s.Policy = s.Policy with { UserVerification = UserVerification.Required });

    [Fact]
    public Task BackedUpButNotEligible_IsRefused() => RefusedAsync(Refusal.BackupFlagsInvalid, d => d.Flags |= SoftDraft.BackupState);

    [Fact]
    public Task BackupEligibilityThatChanged_IsRefused() => RefusedAsync(Refusal.BackupEligibilityChanged, d => d.Flags |= SoftDraft.BackupEligible);

    [Fact]
    public Task NewCredentialInAnAssertion_IsRefused() => RefusedAsync(Refusal.Malformed, d =>
    {
        d.Flags |= SoftDraft.Attested;
        d.PublicKey = d.Signer.PublicKey;
    });

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xA0, 0xA0 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xBF, 0xFF })]
    [InlineData(new byte[] { 0xA2, 0x61, 0x61, 0x00, 0x61, 0x61, 0x01 })]
    public Task ExtensionsThatAreNoMap_AreRefused(byte[] extensions) => RefusedAsync(Refusal.Malformed, d =>
    {
        d.Flags |= SoftDraft.Extended;
        d.Extensions = extensions;
    });

    [Fact]
    public Task BytesBehindAuthenticatorData_AreRefused() => RefusedAsync(Refusal.Malformed, d => d.ChangeData = data => [.. data, 0]);

    [Fact]
    public Task TruncatedAuthenticatorData_IsRefused() => RefusedAsync(Refusal.Malformed, d => d.ChangeData = data => data[..36]);

    [Theory]
    [InlineData(10u)]
    [InlineData(9u)]
    [InlineData(0u)]
    public Task CounterThatDoesNotRise_IsRefused(uint counter) => RefusedAsync(Refusal.CounterRegress, d => d.SignCount = counter);

    [Fact]
    public async Task CounterThatRegressed_NamesTheCredential()
    {
        using var key = new SoftAuthenticator { Counter = 10 };
        var site = new Site();
        var credential = await site.OwnAsync(key);

        var refused = Assert.IsType<AssertionResult.Refused>(site.Prove(key, d => d.SignCount = 3));

        Assert.Equal(credential, refused.Credential);
    }

    [Fact]
    public async Task HighestCounter_IsTaken_AndNothingAfterIt()
    {
        using var key = new SoftAuthenticator { Counter = 10 };
        var site = new Site();
        await site.OwnAsync(key);

        Assert.Equal(uint.MaxValue, site.Accept(key, d => d.SignCount = uint.MaxValue).SignCount);

        Assert.Equal(Refusal.CounterRegress, Site.Reason(site.Prove(key)));
        Assert.Equal(Refusal.CounterRegress, Site.Reason(site.Prove(key, d => d.SignCount = 0)));
    }

    [Fact]
    public async Task AnotherKeysSignature_IsRefused()
    {
        using var other = SoftKey.Es256();
        await RefusedAsync(Refusal.BadSignature, d => d.Signer = other);
    }

    [Fact]
    public async Task SignatureOfAnotherAlgorithm_IsRefused()
    {
        using var other = SoftKey.Rs256();
        await RefusedAsync(Refusal.BadSignature, d => d.Signer = other);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("3006020100020100")]
    [InlineData("3006020101020100")]
    [InlineData("3080020101020101")]
    [InlineData("30060281010102010100")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    public Task SignatureThatIsNone_IsRefused(string hex) => RefusedAsync(Refusal.BadSignature, d => d.ChangeSignature = _ => Convert.FromHexString(hex));

    [Fact]
    public Task SignatureWithBytesBehind_IsRefused() => RefusedAsync(Refusal.BadSignature, d => d.ChangeSignature = s => [.. s, 0]);

    [Fact]
    public Task KeyThatIsNotTheUsers_IsRefused() =>
        RefusedAsync(Refusal.CredentialNotOffered, d => d.CredentialId = [.. Enumerable.Repeat((byte)7, 32)]);

    [Fact]
    public Task AnotherUsersHandle_IsRefused() => RefusedAsync(Refusal.UserHandleMismatch, d => d.UserHandle = [.. Enumerable.Repeat((byte)7, 32)]);

    [Fact]
    public async Task KeyRemovedMeanwhile_IsRefused()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var (options, state) = site.BeginAssertion();
        var answer = key.Get(options);
        site.Keys.Clear();

        Assert.Equal(Refusal.CredentialUnknown, Site.Reason(site.FinishAssertion(state, answer)));
    }

    [Fact]
    public async Task KeyAddedMeanwhile_WasNotOffered()
    {
        using var key = new SoftAuthenticator();
        using var later = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var (options, state) = site.BeginAssertion();
        await site.OwnAsync(later);

        Assert.Equal(Refusal.CredentialNotOffered, Site.Reason(site.FinishAssertion(state, later.Get(options))));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("type")]
    [InlineData("response")]
    [InlineData("clientExtensionResults")]
    public Task MissingMember_IsRefused(string name) => RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json.Remove(name));

    [Theory]
    [InlineData("clientDataJSON")]
    [InlineData("authenticatorData")]
    [InlineData("signature")]
    public async Task MissingOrStrangePartOfTheResponse_IsRefused(string name)
    {
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]!.AsObject().Remove(name));
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]![name] = 1);
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]![name] = "+/==");
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]![name] = new string('A', 20_000));
    }

    [Fact]
    public async Task StrangeEnvelope_IsRefused()
    {
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["type"] = "password");
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["rawId"] = "AAAA");
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["id"] = "");
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["clientExtensionResults"] = new JsonArray());
    }

    [Theory]
    [InlineData("\"type\":\"public-key\"")]
    [InlineData("\"clientExtensionResults\":{}")]
    public async Task MemberThatStandsThereTwice_IsRefused(string member)
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        var (options, state) = site.BeginAssertion();
        var answer = key.Get(options);
        using var twice = System.Text.Json.JsonDocument.Parse($"{answer.GetRawText()[..^1]},{member}}}");

        Assert.Equal(Refusal.Malformed, Site.Reason(site.FinishAssertion(state, twice.RootElement)));
        Assert.IsType<AssertionResult.Verified>(site.FinishAssertion(state, answer));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"id\":\"AA\",\"id\":\"AA\",\"type\":\"public-key\",\"response\":{},\"clientExtensionResults\":{}}")]
    [InlineData("{\"id\":\"\\ud800\",\"type\":\"public-key\",\"response\":{},\"clientExtensionResults\":{}}")]
    [InlineData("{\"\\ud800\":1,\"type\":\"public-key\",\"response\":{},\"clientExtensionResults\":{}}")]
    public async Task JsonThatIsNoCredential_IsRefused(string json)
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);
        using var document = System.Text.Json.JsonDocument.Parse(json);

        Assert.Equal(Refusal.Malformed, Site.Reason(site.FinishAssertion(site.BeginAssertion().State, document.RootElement)));
        Assert.Equal(Refusal.Malformed, Site.Reason(await site.FinishRegistrationAsync((await site.BeginRegistrationAsync()).State, document.RootElement)));
    }

    private static async Task RefusedAsync(string reason, Action<SoftDraft> change, Action<Site>? setUp = null)
    {
        using var key = new SoftAuthenticator { Counter = 10, VerifiesUser = true };
        var site = new Site();
        setUp?.Invoke(site);
        await site.OwnAsync(key);

        Assert.Equal(reason, Site.Reason(site.Prove(key, change)));
        key.Counter = 100;
        // The same proof without the change is taken: the change alone was refused.
        site.Accept(key);
    }
}
