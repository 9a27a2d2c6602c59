using System.Globalization;
using System.Security.Cryptography;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Hotp;

/// <summary>Random cases against <c>oathtool</c>, <see cref="CodesARun"/> consecutive codes a process, <see cref="Cases"/> for each mode.</summary>
public sealed class OathtoolComparisonTests
{
    private const int Cases = 6_000;
    private const int CodesARun = 25;

    [Fact]
    public void RandomCounters_GiveTheCodesOfOathtool()
    {
        for (var compared = 0; compared < Cases; compared += CodesARun)
        {
            var (key, digits) = (RandomKey(), RandomNumberGenerator.GetInt32(6, 9));
            var counter = RandomCounter();
            string[] arguments = ["--hotp", "-c", Text(counter), "-d", Text(digits), "-w", Text(CodesARun - 1), Convert.ToHexString(key)];

            AssertSame(arguments, i => HotpAlgorithm.Compute(key, counter + i, digits, TotpAlgorithm.Sha1), digits);
        }
    }

    [Fact]
    public void RandomTimes_GiveTheCodesOfOathtool()
    {
        for (var compared = 0; compared < Cases; compared += CodesARun)
        {
            var parameters = new TotpParameters(
                (TotpAlgorithm)RandomNumberGenerator.GetInt32(3), RandomNumberGenerator.GetInt32(6, 9), RandomNumberGenerator.GetInt32(15, 121));
            var (key, time) = (RandomKey(), DateTimeOffset.FromUnixTimeSeconds(RandomNumberGenerator.GetInt32(int.MaxValue)));
            string[] arguments =
            [
                $"--totp={parameters.Algorithm.ToString().ToUpperInvariant()}", "-N", $"@{time.ToUnixTimeSeconds()}",
                "-s", $"{parameters.PeriodSeconds}s", "-d", Text(parameters.Digits), "-w", Text(CodesARun - 1), Convert.ToHexString(key),
            ];

            AssertSame(
                arguments,
                i => HotpAlgorithm.Compute(key, parameters.StepAt(time.AddSeconds(i * parameters.PeriodSeconds)), parameters.Digits, parameters.Algorithm),
                parameters.Digits);
        }
    }

    private static void AssertSame(string[] arguments, Func<int, int> compute, int digits)
    {
        var expected = Oathtool.Run(arguments);

        Assert.Equal(CodesARun, expected.Length);
        for (var i = 0; i < CodesARun; i++)
        {
            var same = OneTimeCode.TryParse(expected[i], out var code) && code == new OneTimeCode(digits, compute(i));
            Assert.True(same, $"oathtool {string.Join(' ', arguments)}: code {i} is {expected[i]}, ours is {compute(i)}");
        }
    }

    // Up to longer than the blocks of all three hashes (64 and 128 bytes): HMAC treats such keys apart.
    private static byte[] RandomKey() => RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(10, 140));

    // As many small counters as large ones, so that each byte of the counter is the highest one at times.
    private static long RandomCounter() =>
        BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) >>> RandomNumberGenerator.GetInt32(2, 63);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
