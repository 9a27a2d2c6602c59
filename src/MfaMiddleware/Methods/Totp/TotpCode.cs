using MfaMiddleware.Methods.Hotp;

namespace MfaMiddleware.Methods.Totp;

/// <summary>The check of a time-based code (RFC 6238 section 5.2).</summary>
internal static class TotpCode
{
    /// <summary>What <see cref="FindStep"/> returns where no step has this code; below every real step.</summary>
    public const long NoStep = -1;

    /// <summary>Finds the time step that a code belongs to. Allocates nothing, and takes as long for a right code as for a wrong one.</summary>
    /// <param name="secret">The factor's secret.</param>
    /// <param name="code">The code.</param>
    /// <param name="now">The server's time.</param>
    /// <param name="window">Which steps are looked at.</param>
    /// <returns>The latest such step of the window, or <see cref="NoStep"/>.</returns>
    public static long FindStep(TotpSecret secret, OneTimeCode code, DateTimeOffset now, TotpWindowOptions window)
    {
        var parameters = secret.Parameters;
        if (code.Digits != parameters.Digits) return NoStep;

        var present = parameters.StepAt(now);
        var found = NoStep;

        // No early exit and no branch on a match: the time taken doesn't tell which step matched. A code of two steps counts for the later
        // one, so that it is dead in both once it is used.
        for (var step = Math.Max(0, present - window.Past); step <= present + window.Future; step++)
        {
            var difference = (uint)(HotpAlgorithm.Compute(secret.Key, step, parameters.Digits, parameters.Algorithm) ^ code.Value);
            var ifEqual = (difference - 1L) >> 63; // all ones where the difference is zero, else zero
            found = (step & ifEqual) | (found & ~ifEqual);
        }

        return found;
    }
}
