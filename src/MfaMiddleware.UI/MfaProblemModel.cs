namespace MfaMiddleware.UI;

/// <summary>What <c>Problem.cshtml</c> shows.</summary>
/// <param name="Code">What is wrong, for example <c>expired</c>, <c>form_gone</c>, <c>no_cookie</c>, <c>access_denied</c>, <c>too_many_attempts</c>.</param>
/// <param name="SignInUrl">Where to sign in again; the root of the app where the user may be signed in.</param>
public sealed record MfaProblemModel(string Code, string SignInUrl)
{
    /// <summary>Where to try the same again; null where that makes no sense.</summary>
    public string? RetryUrl { get; init; }
}
