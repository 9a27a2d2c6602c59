using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Hotp;

public sealed class HotpAlgorithmTests
{
    /// <summary>RFC 4226 appendix D.</summary>
    [Theory]
    [InlineData(0, 755224)]
    [InlineData(1, 287082)]
    [InlineData(2, 359152)]
    [InlineData(3, 969429)]
    [InlineData(4, 338314)]
    [InlineData(5, 254676)]
    [InlineData(6, 287922)]
    [InlineData(7, 162583)]
    [InlineData(8, 399871)]
    [InlineData(9, 520489)]
    public void Rfc4226Vector_IsComputed(long counter, int expected) =>
        Assert.Equal(expected, HotpAlgorithm.Compute("12345678901234567890"u8, counter, digits: 6, TotpAlgorithm.Sha1));

    /// <summary>RFC 6238 appendix B, with the seeds of its errata: 32 and 64 bytes for SHA-256 and SHA-512.</summary>
    [Theory]
    [InlineData(59, TotpAlgorithm.Sha1, 94287082)]
    [InlineData(59, TotpAlgorithm.Sha256, 46119246)]
    [InlineData(59, TotpAlgorithm.Sha512, 90693936)]
    [InlineData(1111111109, TotpAlgorithm.Sha1, 07081804)]
    [InlineData(1111111109, TotpAlgorithm.Sha256, 68084774)]
    [InlineData(1111111109, TotpAlgorithm.Sha512, 25091201)]
    [InlineData(1111111111, TotpAlgorithm.Sha1, 14050471)]
    [InlineData(1111111111, TotpAlgorithm.Sha256, 67062674)]
    [InlineData(1111111111, TotpAlgorithm.Sha512, 99943326)]
    [InlineData(1234567890, TotpAlgorithm.Sha1, 89005924)]
    [InlineData(1234567890, TotpAlgorithm.Sha256, 91819424)]
    [InlineData(1234567890, TotpAlgorithm.Sha512, 93441116)]
    [InlineData(2000000000, TotpAlgorithm.Sha1, 69279037)]
    [InlineData(2000000000, TotpAlgorithm.Sha256, 90698825)]
    [InlineData(2000000000, TotpAlgorithm.Sha512, 38618901)]
    [InlineData(20000000000, TotpAlgorithm.Sha1, 65353130)]
    [InlineData(20000000000, TotpAlgorithm.Sha256, 77737706)]
    [InlineData(20000000000, TotpAlgorithm.Sha512, 47863826)]
    public void Rfc6238Vector_IsComputed(long unixSeconds, TotpAlgorithm algorithm, int expected)
    {
        var parameters = new TotpParameters(algorithm, Digits: 8, PeriodSeconds: 30);
        var key = Enumerable.Range(1, parameters.KeyLength).Select(i => (byte)('0' + (i % 10))).ToArray();
        var step = parameters.StepAt(DateTimeOffset.FromUnixTimeSeconds(unixSeconds));

        Assert.Equal(expected, HotpAlgorithm.Compute(key, step, parameters.Digits, algorithm));
    }
}
