namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// Looks at one side of a sign-in and says how sure it is that the user made it. A signal of the host is one class and one line:
/// <c>AddMfa().AddRiskSignal&lt;T&gt;()</c>. One that throws, or takes longer than <c>Policy:Timeout</c>, counts as suspicious.
/// </summary>
public interface IRiskSignal
{
    /// <summary>The name that settings, reports and metrics use, in snake_case: <c>new_device</c>.</summary>
    string Name { get; }

    /// <summary>Looks at one sign-in.</summary>
    /// <param name="context">The sign-in and what is known of its user.</param>
    /// <param name="cancellationToken">Cancelled when the time is over.</param>
    /// <returns>What it found.</returns>
    ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken);
}
