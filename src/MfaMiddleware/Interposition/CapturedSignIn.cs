using MfaMiddleware.Policies;

namespace MfaMiddleware.Interposition;

/// <summary>A sign-in that was set aside, and why.</summary>
/// <param name="Request">The sign-in.</param>
/// <param name="Decision">What was decided; null where the factor store could not be read, so that nothing could be.</param>
internal sealed record CapturedSignIn(SignInRequest Request, MfaDecision? Decision)
{
    /// <summary>The decision with what it was made by.</summary>
    public required MadeDecision Made { get; init; }

    /// <summary>Whether this user has proved a factor in this browser.</summary>
    public bool IsKnownDevice { get; init; }

    /// <summary>Whether it is made by a repeat of its request, and not in the one that answers the challenge.</summary>
    public bool ComesBack { get; init; }
}
