namespace MfaMiddleware.Factors;

/// <summary>Which failure counters a success clears, besides the account's ladder.</summary>
/// <param name="Method">The method that succeeded: its failures are cleared.</param>
/// <param name="EveryMethod">Whether the failures of all methods are cleared (a phishing-resistant success ends the hard cap).</param>
public sealed record FailureClearance(string Method, bool EveryMethod);
