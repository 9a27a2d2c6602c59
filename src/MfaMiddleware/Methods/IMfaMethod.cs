namespace MfaMiddleware.Methods;

/// <summary>
/// A way to prove a second factor. A new method is one class and one line of registration: <c>AddMfa().AddMethod&lt;T&gt;()</c>. A method that
/// users can set up implements <see cref="IMfaEnrollment"/> too.
/// </summary>
/// <remarks>A method counts nothing, stores nothing and knows no HTTP: the engine spends the attempt before and makes the single-use mark after.</remarks>
public interface IMfaMethod
{
    /// <summary>The name in requests, settings and logs: lower case, digits, underscore; for example <c>totp</c>.</summary>
    string Name { get; }

    /// <summary>What the method is worth and how it is used.</summary>
    MfaMethodTraits Traits { get; }

    /// <summary>Whether an answer without a method name can be meant for this method: the shape alone, not the value.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>Whether the shape fits.</returns>
    bool Recognizes(MfaAnswer answer);

    /// <summary>Starts a challenge: sends a code, makes options for the browser; nothing for a method that needs none.</summary>
    /// <param name="context">The user, the factors that may be used, the time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the client is told, and what the session keeps for the check.</returns>
    ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken);

    /// <summary>Checks an answer against the factors of the context.</summary>
    /// <param name="context">The user, the factors that may be used, what <see cref="ChallengeAsync"/> left, the time.</param>
    /// <param name="answer">The answer; any string, of any shape.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Accepted with the factor's new mark, or why not. Infrastructure that fails is an exception.</returns>
    ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken);
}
