using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>The set-up of a factor: begin shows the user what the authenticator needs, complete takes the first proof.</summary>
public interface IMfaEnrollment
{
    /// <summary>Makes a factor that isn't stored yet.</summary>
    /// <param name="context">The user and what they entered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The draft and what the client is shown.</returns>
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

    /// <summary>The time, UTC.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A set-up that has begun.</summary>
/// <param name="Draft">The factor that <see cref="IMfaEnrollment.CompleteAsync"/> will finish.</param>
public sealed record EnrollmentStart(MfaFactor Draft)
{
    /// <summary>The secret for typing, in the form that authenticator apps take (base32).</summary>
    public string? Secret { get; init; }

    /// <summary>The same as an <c>otpauth</c> URI.</summary>
    public string? Uri { get; init; }

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
