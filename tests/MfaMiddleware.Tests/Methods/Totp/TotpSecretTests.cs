using System.Security.Cryptography;
using MfaMiddleware.Methods.Totp;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Totp;

public sealed class TotpSecretTests
{
    [Fact]
    public void Layout_IsThatOfTheStoredRows()
    {
        // These bytes are in users' databases: a change needs a new version number.
        var secret = TotpSecret.Read([1, 2, 8, 0, 60, 0xAA, 0xBB]);

        Assert.Equal(new TotpParameters(TotpAlgorithm.Sha512, 8, 60), secret.Parameters);
        Assert.Equal([0xAA, 0xBB], secret.Key.ToArray());
    }

    [Fact]
    public void GeneratedSecret_ReadsBack()
    {
        var parameters = new TotpParameters(TotpAlgorithm.Sha256, 7, 300);

        var secret = TotpSecret.Read(TotpSecret.Generate(parameters));

        Assert.Equal((parameters, 32), (secret.Parameters, secret.Key.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("010006001E")]
    [InlineData("000006001EAA")]
    [InlineData("020006001EAA")]
    [InlineData("010306001EAA")]
    [InlineData("010005001EAA")]
    [InlineData("010009001EAA")]
    [InlineData("0100060000AA")]
    public void UnknownLayout_Throws(string bytes) =>
        Assert.Throws<CryptographicException>(() => TotpSecret.Read(Convert.FromHexString(bytes)));

    [Fact]
    public async Task ClearSecrets_AreZeroedAfterUse()
    {
        var seen = new ClearBytes();
        var totp = new TotpFixture(seen);
        var phone = await totp.EnrollAsync();
        TotpFixture.AssertAccepted(await totp.VerifyAsync(totp.CodeAt(phone, TotpFixture.StepBegin), TotpFixture.StepBegin, phone));

        Assert.Equal(2, seen.Arrays.Count);
        Assert.All(seen.Arrays, bytes => Assert.All(bytes, b => Assert.Equal(0, b)));
    }

    /// <summary>A key ring that remembers the arrays that went in and came out in clear.</summary>
    private sealed class ClearBytes : IDataProtectionProvider, IDataProtector
    {
        private readonly IDataProtector _inner = new EphemeralDataProtectionProvider().CreateProtector("test");

        public List<byte[]> Arrays { get; } = [];

        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => _inner.Protect(Remember(plaintext));

        public byte[] Unprotect(byte[] protectedData) => Remember(_inner.Unprotect(protectedData));

        private byte[] Remember(byte[] clear)
        {
            Arrays.Add(clear);
            return clear;
        }
    }
}
