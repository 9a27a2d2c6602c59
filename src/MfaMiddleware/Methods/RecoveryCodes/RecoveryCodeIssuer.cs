using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods.RecoveryCodes;

/// <summary>Makes sets of recovery codes; storing the hashes is the caller's.</summary>
/// <param name="options">The present settings.</param>
/// <param name="hasher">Turns a code into what the store knows of it.</param>
internal sealed class RecoveryCodeIssuer(Func<MfaOptions> options, LookupHasher hasher)
{
    /// <summary>Makes a new set for a user.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait for the look-up key.</param>
    /// <returns>The codes to show once, and their hashes in the same order.</returns>
    public async ValueTask<IssuedCodes> IssueAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var codes = new string[options().Methods.RecoveryCodes.Count];
        var hashes = new string[codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = RecoveryCode.Generate();
            // Through the same normalisation as an answer, so that the two can't drift apart.
            hashes[i] = await hasher.HashAsync(RecoveryCodesMethod.MethodName, subject, RecoveryCode.Normalize(codes[i]), cancellationToken).ConfigureAwait(false);
        }

        return new IssuedCodes(codes, hashes);
    }
}

/// <summary>A new set of recovery codes.</summary>
/// <param name="Codes">As they are shown to the user, once.</param>
/// <param name="Hashes">As they are stored.</param>
internal sealed record IssuedCodes(IReadOnlyList<string> Codes, IReadOnlyList<string> Hashes)
{
    /// <summary>Prints no code.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
