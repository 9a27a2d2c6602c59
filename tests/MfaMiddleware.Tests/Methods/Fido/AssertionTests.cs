using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class AssertionTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task EachAlgorithm_RegistersAndProves(string name)
    {
        using var key = new SoftAuthenticator(name switch { "ES384" => SoftKey.Es384(), "ES512" => SoftKey.Es512(), "RS256" => SoftKey.Rs256(), "PS256" => SoftKey.Ps256(), _ => SoftKey.Es256() });
        var site = new Site();

        await site.OwnAsync(key);

        site.Accept(key);
    }

    [Fact]
    public async Task Counter_IsTheNewOne_AndTheOldOneIsNamedForTheUpdate()
    {
        using var key = new SoftAuthenticator { Counter = 7 };
        var site = new Site();
        await site.OwnAsync(key);

        var verified = Assert.IsType<AssertionResult.Verified>(site.Prove(key));

        Assert.Equal((7u, 8u), (verified.PreviousSignCount, verified.Credential.SignCount));
    }

    [Fact]
    public async Task KeyWithUserVerification_SatisfiesRequired()
    {
        using var key = new SoftAuthenticator { VerifiesUser = true };
        var site = new Site();
        site.Policy = site.Policy with { UserVerification = UserVerification.Required };
        var credential = await site.OwnAsync(key);

        var verified = Assert.IsType<AssertionResult.Verified>(site.Prove(key));

        Assert.True(verified.UserVerified);
        Assert.True(credential.UserVerificationInitialized);
    }

    [Fact]
    public async Task KeyWithoutUserVerification_IsTakenWherePreferred_AndSaysSo()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        Assert.False(Assert.IsType<AssertionResult.Verified>(site.Prove(key)).UserVerified);
    }

    [Fact]
    public async Task BackupState_Follows_AndUserVerificationInitializedStays()
    {
        using var key = new SoftAuthenticator { BackupEligible = true };
        var site = new Site();
        await site.OwnAsync(key);
        key.BackupState = true;
        key.VerifiesUser = true;

        var credential = site.Accept(key);

        Assert.True(credential.BackupState);
        Assert.False(credential.UserVerificationInitialized);
    }

    [Fact]
    public async Task SecondKey_IsFoundByItsId()
    {
        using var first = new SoftAuthenticator();
        using var second = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(first);
        await site.OwnAsync(second);

        Assert.Equal(second.CredentialId, site.Accept(second).Id.ToArray());
        Assert.Equal(first.CredentialId, site.Accept(first).Id.ToArray());
    }

    [Fact]
    public async Task AuthenticatorExtensions_AreTolerated()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        site.Accept(key, draft =>
        {
            draft.Flags |= SoftDraft.Extended;
            draft.Extensions = [0xA1, 0x63, (byte)'u', (byte)'v', (byte)'m', 0x80];
            draft.Outputs["uvm"] = null;
        });
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x20)]
    public async Task ReservedFlags_AreIgnored(byte bit)
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        site.Accept(key, draft => draft.Flags |= bit);
    }

    [Fact]
    public async Task ByteOrderMarkBeforeClientData_IsTaken()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        site.Accept(key, draft => draft.RawClientData = [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(draft.ClientData.ToJsonString())]);
    }

    [Fact]
    public async Task HighS_IsTaken_SinceAuthenticatorsMakeIt()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        // Both s and n - s are right, and no authenticator is bound to the smaller: of some tries both kinds come up.
        for (var i = 0; i < 16; i++) site.Accept(key, draft => draft.ChangeSignature = OtherS);
    }

    private static byte[] OtherS(byte[] signature)
    {
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        var sequence = new System.Formats.Asn1.AsnReader(signature, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }

        return writer.Encode();
    }
}
