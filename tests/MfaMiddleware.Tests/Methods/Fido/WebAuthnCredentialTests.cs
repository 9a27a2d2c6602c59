using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class WebAuthnCredentialTests
{
    private static readonly WebAuthnCredential Credential = new()
    {
        Id = new byte[] { 1, 2, 3 },
        PublicKey = new byte[] { 4, 5 },
        Algorithm = -257,
        SignCount = uint.MaxValue,
        UserHandle = new byte[] { 6 },
        Aaguid = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        AttestationFormat = "packed",
        TrustPath = AttestationTrustPath.Trusted,
        Transports = ["usb", "smart-card", "internal"],
        BackupEligible = true,
        BackupState = true,
        UserVerificationInitialized = true,
        IsU2F = true,
    };

    [Fact]
    public void Record_SurvivesItsBytes()
    {
        var bytes = Credential.ToBytes();
        var read = WebAuthnCredential.Read(bytes);

        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal((Credential.SignCount, Credential.Algorithm, Credential.Aaguid, Credential.TrustPath), (read.SignCount, read.Algorithm, read.Aaguid, read.TrustPath));
        Assert.Equal(Credential.Transports, read.Transports);
        Assert.True(read is { BackupEligible: true, BackupState: true, UserVerificationInitialized: true, IsU2F: true, AttestationFormat: "packed" });
        Assert.Equal(Credential.UserHandle.ToArray(), read.UserHandle.ToArray());
    }

    [Fact]
    public void EachFlag_HasItsOwnBit()
    {
        var none = Credential with { BackupEligible = false, BackupState = false, UserVerificationInitialized = false, IsU2F = false };

        Assert.True(WebAuthnCredential.Read((none with { BackupEligible = true }).ToBytes()) is { BackupEligible: true, BackupState: false, UserVerificationInitialized: false, IsU2F: false });
        Assert.True(WebAuthnCredential.Read((none with { BackupState = true }).ToBytes()) is { BackupEligible: false, BackupState: true, UserVerificationInitialized: false, IsU2F: false });
        Assert.True(WebAuthnCredential.Read((none with { UserVerificationInitialized = true }).ToBytes()) is { BackupEligible: false, BackupState: false, UserVerificationInitialized: true, IsU2F: false });
        Assert.True(WebAuthnCredential.Read((none with { IsU2F = true }).ToBytes()) is { BackupEligible: false, BackupState: false, UserVerificationInitialized: false, IsU2F: true });
    }

    [Fact]
    public void RecordOfAnotherVersion_IsUnreadable()
    {
        var bytes = Credential.ToBytes();
        bytes[0] = 2;

        Assert.Throws<CryptographicException>(() => WebAuthnCredential.Read(bytes));
    }

    [Fact]
    public void DamagedRecord_IsUnreadable()
    {
        var bytes = Credential.ToBytes();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<CryptographicException>(() => WebAuthnCredential.Read(bytes.AsMemory(0, length))));
        Assert.Throws<CryptographicException>(() => WebAuthnCredential.Read((byte[])[.. bytes, 0]));
    }
}
