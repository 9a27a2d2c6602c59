using System.Collections.Concurrent;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class PredictingSecretsTests
{
    private const int Count = 10_000;

    /// <summary>A fair source is above it once in ten million runs (31 degrees of freedom).</summary>
    private const double ChiSquareLimit = 91;

    [Fact]
    public async Task B066_10000SeedsAndCodes_AreUniqueLongAndUniform()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.LogLevel = LogLevel.Warning;
            o.Settings["Methods:RecoveryCodes:Count"] = "2";
        });
        using var client = host.Client();
        var (seeds, codes) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());

        await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var token = (await client.LoginAsync($"user{i}")).Token;
            for (var j = 0; j < Count / 100; j++)
            {
                var started = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" });
                seeds.Add((string)started.Json["enrollment"]!["secret"]!);
                foreach (var code in started.Json["recovery_codes"]!.AsArray()) codes.Add(((string)code!).Replace("-", "", StringComparison.Ordinal));
            }
        });

        Assert.Equal((Count, 2 * Count), (seeds.Distinct().Count(), codes.Distinct().Count()));
        Assert.All(seeds, seed => Assert.True(Base32.Decode(seed).Length * 8 >= 160));
        Assert.All(codes, code => Assert.Equal(24, code.Length));
        AssertUniform(seeds, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        AssertUniform(codes, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    }

    /// <summary>At each position each symbol comes as often as the others.</summary>
    private static void AssertUniform(ConcurrentBag<string> texts, string alphabet)
    {
        var expected = texts.Count / (double)alphabet.Length;
        for (var position = 0; position < texts.First().Length; position++)
        {
            var counts = texts.GroupBy(text => text[position]).ToDictionary(group => group.Key, group => group.Count());
            Assert.All(counts.Keys, symbol => Assert.Contains(symbol, alphabet));
            var chiSquare = alphabet.Sum(symbol => Math.Pow(counts.GetValueOrDefault(symbol) - expected, 2) / expected);
            Assert.InRange(chiSquare, 0, ChiSquareLimit);
        }
    }
}
