using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>The set-up of a factor: begin shows the user what the authenticator needs, complete takes the first proof.</summary>
public interface IMfaEnrollment
{
    /// <summary>Makes a factor that isn't stored yet.</summary>
    /// <param name="context">The user and what they entered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The draft and what the client is shown, or why what the user entered can't be used.</returns>
    ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken);

    /// <summary>Checks the first answer of the new authenticator.</summary>
    /// <param name="context">The user.</param>
    /// <param name="draft">What <see cref="BeginAsync"/> made.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Accepted with the factor to store, its mark already moved, or why not.</returns>
    ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken);
}

/// <summary>What a set-up may know.</summary>
public sealed record EnrollmentContext
{
    /// <summary>The user.</summary>
    public required MfaSubject Subject { get; init; }

    /// <summary>What the authenticator shows as the account: the principal's name or e-mail address.</summary>
    public required string AccountName { get; init; }

    /// <summary>The name that the user wants to give the factor, if any; at most 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What the user has of this method already.</summary>
    public IReadOnlyList<MfaFactor> Existing { get; init; } = [];

    /// <summary>The phone number as the user typed it; null where none was.</summary>
    public string? Phone { get; init; }

    /// <summary>The secret of a token that was made elsewhere, hexadecimal or base32; null to make one.</summary>
    public string? Secret { get; init; }

    /// <summary>The counter of that token.</summary>
    public long? Counter { get; init; }

    /// <summary>The network that the request came from (IPv4 /24, IPv6 /48); empty where not known. For budgets.</summary>
    public string Network { get; init; } = "";

    /// <summary>Whether a rule asks for a key's PIN or biometric, whatever the method's settings say.</summary>
    public bool RequiresUserVerification { get; init; }

    /// <summary>When the pending session ends, UTC; null where it is only made by this set-up.</summary>
    public DateTimeOffset? SessionEndsAt { get; init; }

    /// <summary>What <see cref="IMfaEnrollment.BeginAsync"/> left as the state of its challenge, in this set-up or the one that it replaces, if anything.</summary>
    public string? ChallengeState { get; init; }

    /// <summary>The time, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}

/// <summary>What became of the begin of a set-up: one of the nested types.</summary>
public abstract record EnrollmentStart
{
    private EnrollmentStart()
    {
    }

    /// <summary>It has begun.</summary>
    /// <param name="Draft">The factor that <see cref="IMfaEnrollment.CompleteAsync"/> will finish.</param>
    public sealed record Begun(MfaFactor Draft) : EnrollmentStart
    {
        /// <summary>The secret for typing, in the form that authenticator apps take (base32).</summary>
        public string? Secret { get; init; }

        /// <summary>The same as an <c>otpauth</c> URI.</summary>
        public string? Uri { get; init; }

        /// <summary>What the first answer answers: a code that was sent, options for the browser; null for an authenticator that makes its own codes.</summary>
        public ChallengeResult.Started? Challenge { get; init; }

        /// <summary>Prints no secret.</summary>
        /// <returns><c>***</c>.</returns>
        public override string ToString() => "***";
    }

    /// <summary>What the user entered can't be used.</summary>
    /// <param name="Description">What is wrong, in words for the client's developer; it repeats nothing of what was entered.</param>
    public sealed record Refused(string Description) : EnrollmentStart
    {
        /// <summary>A short code for screens that have words of their own for it: <c>phone_known</c>; null for none.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Too soon, or over budget; nothing was sent.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : EnrollmentStart;
}
