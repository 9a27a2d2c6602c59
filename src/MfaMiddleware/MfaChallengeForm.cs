namespace MfaMiddleware;

/// <summary>How the clients of an endpoint are challenged, where what they send doesn't show it: <c>WithMfaChallenge</c>.</summary>
public enum MfaChallengeForm
{
    /// <summary>JSON with a token.</summary>
    Json,

    /// <summary>A redirect to the page; JSON where no pages are registered.</summary>
    Page,
}
