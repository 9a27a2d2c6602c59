namespace MfaMiddleware.Factors;

/// <summary>What a success clears: the ladder of its own lane, and failures of methods. It resets only what it proved: that the owner is here says nothing of who guesses elsewhere.</summary>
/// <param name="Method">The method that succeeded: its failures are cleared.</param>
/// <param name="EveryMethod">Whether the failures of all methods are cleared (a phishing-resistant success ends the hard cap).</param>
/// <param name="Lane">The lane whose ladder is cleared; the other one's waits stay, or each sign-in of the owner would give an attacker a new row of guesses.</param>
public sealed record FailureClearance(string Method, bool EveryMethod, FailureLane Lane);
