using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>An authenticator app on the test's clock.</summary>
public sealed class TotpDevice(string factorId, string secret, TimeProvider clock)
{
    public string FactorId => factorId;

    public string Secret => secret;

    /// <summary>The code of the present step, or of one some steps away.</summary>
    public string Code(int steps = 0) => CodeAt(clock.GetUtcNow(), steps);

    public string CodeAt(DateTimeOffset time, int steps = 0)
    {
        var step = (time.ToUnixTimeSeconds() / 30) + steps;
        return HotpAlgorithm.Compute(Base32.Decode(secret), step, 6, TotpAlgorithm.Sha1).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A code of the right shape that is right in no step near the present one.</summary>
    public string WrongCode(int variant = 0)
    {
        var near = Enumerable.Range(-5, 11).Select(steps => Code(steps)).ToHashSet();
        return Enumerable.Range(variant, 1_000_000).Select(i => (i % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
    }
}
