using System.Formats.Cbor;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Registration;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>One valid registration, one field changed.</summary>
public sealed class HostileRegistrationTests
{
    [Theory]
    [InlineData("https://evilexample.com")]
    [InlineData("https://example.com/")]
    [InlineData("http://example.com")]
    [InlineData("null")]
    public Task AnotherOrigin_IsRefused(string origin) => RefusedAsync(Refusal.OriginNotAllowed, d => d.ClientData["origin"] = origin);

    [Fact]
    public Task AssertionsClientData_IsRefused() => RefusedAsync(Refusal.TypeMismatch, d => d.ClientData["type"] = "webauthn.get");

    [Fact]
    public Task AnotherChallenge_IsRefused() => RefusedAsync(Refusal.ChallengeMismatch, d => d.ClientData["challenge"] = "AAAA");

    [Fact]
    public Task FrameOfAnotherSite_IsRefused() => RefusedAsync(Refusal.CrossOriginNotAllowed, d => d.ClientData["crossOrigin"] = true);

    [Fact]
    public Task TopOriginWithoutFrame_IsRefused() => RefusedAsync(Refusal.TopOriginNotAllowed, d => d.ClientData["topOrigin"] = "https://example.com");

    [Fact]
    public Task AnotherRelyingParty_IsRefused() => RefusedAsync(Refusal.RpIdMismatch, d => d.HashedName = "evil.com");

    [Fact]
    public Task AppIdsHash_IsRefused() => RefusedAsync(Refusal.RpIdMismatch, d =>
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
    public Task NoCredential_IsRefused() => RefusedAsync(Refusal.Malformed, d =>
    {
        d.Flags &= unchecked((byte)~SoftDraft.Attested);
        d.PublicKey = null;
    });

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(1024)]
    public Task CredentialIdOfAnotherLength_IsRefused(int length) =>
        RefusedAsync(length == 0 ? Refusal.Malformed : Refusal.CredentialIdLength, d => d.CredentialId = new byte[length]);

    [Theory]
    [InlineData(16)]
    [InlineData(1023)]
    public async Task ShortestAndLongestCredentialId_AreTaken(int length)
    {
        using var key = new SoftAuthenticator { CredentialId = [.. Enumerable.Repeat((byte)9, length)] };
        var site = new Site();

        await site.OwnAsync(key);

        site.Accept(key);
    }

    [Fact]
    public Task AnotherIdBeside_IsRefused() => RefusedAsync(Refusal.CredentialIdMismatch, d => d.ChangeJson = json =>
    {
        json["id"] = "AAAAAAAAAAAAAAAAAAAAAA";
        json["rawId"] = "AAAAAAAAAAAAAAAAAAAAAA";
    });

    [Fact]
    public async Task KeyOfAnyUser_IsRefused()
    {
        using var key = new SoftAuthenticator();
        var site = new Site { IsRegistered = id => id.Span.SequenceEqual(key.CredentialId) };

        Assert.Equal(Refusal.CredentialRegistered, Site.Reason(await site.RegisterAsync(key)));
    }

    [Fact]
    public async Task KeyOfTheUser_IsRefused()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(key);

        Assert.Equal(Refusal.CredentialRegistered, Site.Reason(await site.RegisterAsync(key)));
    }

    [Fact]
    public async Task StoreThatIsDown_IsAnExceptionAndNoWrongAnswer()
    {
        using var key = new SoftAuthenticator();
        var site = new Site { IsRegistered = _ => throw new TimeoutException() };

        await Assert.ThrowsAsync<TimeoutException>(() => site.RegisterAsync(key));
    }

    [Fact]
    public Task AlgorithmThatWasNotOffered_IsRefused() =>
        RefusedAsync(Refusal.AlgorithmNotOffered, _ => { }, s => s.Policy = s.Policy with { Algorithms = [CoseAlgorithm.Rs256.Id] }, isTakenUnchanged: false);

    [Fact]
    public async Task AlgorithmOfTheCeremony_CountsAndNotTheSettingsSince()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        var (options, state) = await site.BeginRegistrationAsync();
        site.Policy = site.Policy with { Algorithms = [CoseAlgorithm.Rs256.Id] };

        Assert.IsType<RegistrationResult.Registered>(await site.FinishRegistrationAsync(state, key.Create(options)));
    }

    [Fact]
    public Task EdDsaKey_IsRefusedByName() => RefusedAsync(Refusal.AlgorithmNotSupported, d =>
        d.PublicKey = [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20, .. new byte[32]]);

    [Fact]
    public async Task CurveOfAnotherAlgorithm_IsRefused()
    {
        using var key = SoftKey.Es256OnP384();
        await RefusedAsync(Refusal.KeyInvalid, d => d.PublicKey = key.PublicKey);
    }

    [Fact]
    public async Task WeakRsaKey_IsRefused()
    {
        using var key = SoftKey.Rs256(bits: 1024);
        await RefusedAsync(Refusal.KeyInvalid, d => d.PublicKey = key.PublicKey);
    }

    [Fact]
    public Task PointOffTheCurve_IsRefused() => RefusedAsync(Refusal.KeyInvalid, d =>
    {
        var x = d.Signer.Point.X!;
        d.PublicKey = SoftKey.EncodePoint(-7, 1, x, [.. x.Reverse()]);
    });

    [Fact]
    public Task PointAtZero_IsRefused() => RefusedAsync(Refusal.KeyInvalid, d => d.PublicKey = SoftKey.EncodePoint(-7, 1, new byte[32], new byte[32]));

    [Fact]
    public Task CurveOfAnotherNumber_IsRefused() => RefusedAsync(Refusal.KeyInvalid, d => d.PublicKey = SoftKey.EncodePoint(-7, 8, d.Signer.Point.X!, d.Signer.Point.Y!));

    [Fact]
    public async Task RsaAlgorithmOnAPoint_IsRefused()
    {
        using var key = SoftKey.Es256();
        await RefusedAsync(Refusal.KeyInvalid, d => d.PublicKey = SoftKey.EncodePoint(-257, 1, key.Point.X!, key.Point.Y!));
    }

    [Theory]
    [InlineData("Packed")]
    [InlineData("made-up")]
    [InlineData("android-safetynet")]
    [InlineData("")]
    public Task UnknownFormat_IsRefused(string format) => RefusedAsync(Refusal.AttestationFormatUnknown, d => d.Format = format);

    [Fact]
    public Task NoneWithAStatement_IsRefused() => RefusedAsync(Refusal.AttestationInvalid, d => d.ChangeStatement = s => s["sig"] = new byte[8]);

    [Fact]
    public async Task AttestationObjectCutAnywhere_IsRefused()
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        var (options, state) = await site.BeginRegistrationAsync();
        var length = 0;
        key.Create(options, d => d.ChangeObject = o =>
        {
            length = o.Length;
            return o;
        });
        for (var cut = 0; cut < length; cut++)
        {
            var at = cut;
            var answer = key.Create(options, d => d.ChangeObject = o => o[..at]);
            Assert.Equal(Refusal.Malformed, Site.Reason(await site.FinishRegistrationAsync(state, answer)));
        }
    }

    [Fact]
    public Task BytesBehindTheObject_AreRefused() => RefusedAsync(Refusal.Malformed, d => d.ChangeObject = o => [.. o, 0]);

    [Theory]
    [InlineData(CborShapes.IndefiniteMap)]
    [InlineData(CborShapes.DuplicateName)]
    [InlineData(CborShapes.LongNumber)]
    [InlineData(CborShapes.HugeLength)]
    [InlineData(CborShapes.DeepBomb)]
    [InlineData(CborShapes.FourMembers)]
    public Task StrangeCbor_IsRefused(string shape) => RefusedAsync(Refusal.Malformed, d => d.ChangeObject = o => CborShapes.Change(shape, o));

    [Theory]
    [InlineData(CborShapes.HugeLength)]
    [InlineData(CborShapes.DeepBomb)]
    public async Task StrangeCbor_CostsNoMoreThanItsSize(string shape)
    {
        using var key = new SoftAuthenticator();
        var site = new Site();
        var (options, state) = await site.BeginRegistrationAsync();
        var answer = key.Create(options, d => d.ChangeObject = o => CborShapes.Change(shape, o));
        await site.FinishRegistrationAsync(state, answer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = site.FinishRegistrationAsync(state, answer);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(result.IsCompletedSuccessfully);
        Assert.InRange(allocated, 0, 10L * answer.GetRawText().Length + 10_000);
    }

    [Fact]
    public Task KeyInAnotherOrder_IsRefused() => RefusedAsync(Refusal.KeyInvalid, d =>
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(5);
        foreach (var (label, value) in new[] { (3, -7), (1, 2), (-1, 1) })
        {
            writer.WriteInt32(label);
            writer.WriteInt32(value);
        }

        writer.WriteInt32(-2);
        writer.WriteByteString(d.Signer.Point.X!);
        writer.WriteInt32(-3);
        writer.WriteByteString(d.Signer.Point.Y!);
        writer.WriteEndMap();
        d.PublicKey = writer.Encode();
    });

    [Fact]
    public async Task StrangeTransports_AreNotKept()
    {
        using var key = new SoftAuthenticator { Transports = ["nfc", "bogus<script>", "USB", "usb", "usb"] };

        var credential = await new Site().OwnAsync(key);

        Assert.Equal(["usb", "nfc"], credential.Transports);
    }

    [Fact]
    public async Task TransportsThatAreNoList_AreRefused()
    {
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]!["transports"] = "usb");
        await RefusedAsync(Refusal.Malformed, d => d.ChangeJson = json => json["response"]!["transports"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Repeat(0, 100).Select(_ => System.Text.Json.Nodes.JsonValue.Create("usb"))]));
    }

    private static async Task RefusedAsync(string reason, Action<SoftDraft> change, Action<Site>? setUp = null, bool isTakenUnchanged = true)
    {
        using var key = new SoftAuthenticator { VerifiesUser = true };
        var site = new Site();
        setUp?.Invoke(site);

        Assert.Equal(reason, Site.Reason(await site.RegisterAsync(key, change)));
        // The same registration without the change is taken: the change alone was refused.
        if (isTakenUnchanged) await site.OwnAsync(key);
    }
}
