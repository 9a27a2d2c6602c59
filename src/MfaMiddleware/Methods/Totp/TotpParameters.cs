namespace MfaMiddleware.Methods.Totp;

/// <summary>What an authenticator app was told when it was enrolled; settings that change later don't change it.</summary>
/// <param name="Algorithm">The HMAC.</param>
/// <param name="Digits">6 to 8.</param>
/// <param name="PeriodSeconds">The time step.</param>
internal readonly record struct TotpParameters(TotpAlgorithm Algorithm, int Digits, int PeriodSeconds)
{
    /// <summary>Bytes of a new key: as many as the HMAC's output has (RFC 4226 section 4 R6, RFC 6238 section 5.1).</summary>
    public int KeyLength => Algorithm switch
    {
        TotpAlgorithm.Sha256 => 32,
        TotpAlgorithm.Sha512 => 64,
        _ => 20,
    };

    /// <summary>The parameters of an enrolment under these settings.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>The parameters.</returns>
    public static TotpParameters Of(TotpOptions options) => new(options.Algorithm, options.Digits, (int)options.Period.TotalSeconds);

    /// <summary>The time step of a moment: T = floor((now − T0) / X) with T0 = 0 (RFC 6238 section 4.2).</summary>
    /// <param name="now">The moment.</param>
    /// <returns>The step.</returns>
    public long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / PeriodSeconds;
}
