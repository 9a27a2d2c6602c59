using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods.Hotp;

/// <summary>The check of a counter-based code (RFC 4226 section 7.2 and 7.4): the window lies ahead of the counter, never behind it.</summary>
internal static class HotpCode
{
    /// <summary>What is returned where no counter of the window has the code; below every real counter.</summary>
    public const long NoCounter = -1;

    /// <summary>Finds the first counter of a window that a code belongs to.</summary>
    /// <param name="secret">The factor's secret.</param>
    /// <param name="code">The code.</param>
    /// <param name="next">The counter of the next code.</param>
    /// <param name="lookAhead">How many counters beyond it are looked at.</param>
    public static long Find(HotpSecret secret, OneTimeCode code, long next, int lookAhead)
    {
        if (code.Digits != secret.Digits) return NoCounter;
        for (var counter = next; counter <= next + lookAhead; counter++)
        {
            if (IsAt(secret, code, counter)) return counter;
        }

        return NoCounter;
    }

    /// <summary>Finds two codes in a row: the resynchronisation of RFC 4226 section 7.4.</summary>
    /// <returns>The counter of the second one.</returns>
    public static long FindPair(HotpSecret secret, OneTimeCode first, OneTimeCode second, long next, int window)
    {
        if (first.Digits != secret.Digits || second.Digits != secret.Digits) return NoCounter;
        for (var counter = next; counter < next + window; counter++)
        {
            if (IsAt(secret, first, counter) && IsAt(secret, second, counter + 1)) return counter + 1;
        }

        return NoCounter;
    }

    /// <summary>Whether a code is the one of a counter; the numbers are compared without a branch.</summary>
    public static bool IsAt(HotpSecret secret, OneTimeCode code, long counter) =>
        (HotpAlgorithm.Compute(secret.Key, counter, secret.Digits, TotpAlgorithm.Sha1) ^ code.Value) == 0;
}
