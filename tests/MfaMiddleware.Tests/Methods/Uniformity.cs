using Xunit;

namespace MfaMiddleware.Tests.Methods;

/// <summary>A χ² test of generated strings over an alphabet of 32.</summary>
internal static class Uniformity
{
    // 31 degrees of freedom: outside of these, one good generator in a billion. Too even is as bad as too uneven.
    private const double Least = 3.5;
    private const double Most = 105;

    public static void AssertUniform(string alphabet, IReadOnlyList<string> texts)
    {
        Assert.Equal(32, alphabet.Length);
        for (var position = 0; position < texts[0].Length; position++)
        {
            var counts = alphabet.ToDictionary(symbol => symbol, _ => 0);
            foreach (var text in texts) counts[text[position]]++;

            var expected = texts.Count / (double)alphabet.Length;
            var chiSquare = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
            Assert.InRange(chiSquare, Least, Most);
        }
    }
}
