using System.Security.Claims;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies;

/// <summary>
/// A rule of the host in code: <c>AddMfa().AddPolicy&lt;T&gt;()</c>. Policies run in the order of registration, before the rules of the settings;
/// the first that has an opinion decides. One that throws, or takes longer than <c>Policy:Timeout</c>, counts as <see cref="MfaOutcome.Required"/>.
/// </summary>
public interface IMfaPolicy
{
    /// <summary>Decides about one sign-in.</summary>
    /// <param name="context">The sign-in.</param>
    /// <param name="cancellationToken">Cancelled when the time is over.</param>
    /// <returns>The decision; null leaves it to the next policy.</returns>
    ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken);
}

/// <summary>What a policy may know of a sign-in.</summary>
public sealed record MfaPolicyContext
{
    /// <summary>The user.</summary>
    public required MfaSubject Subject { get; init; }

    /// <summary>The principal that the app signs in; its roles and claims.</summary>
    public required ClaimsPrincipal Principal { get; init; }

    /// <summary>The authentication scheme that it is signed in to.</summary>
    public required string Scheme { get; init; }

    /// <summary>The client application, where the host named one with <c>properties.SetMfaClient(…)</c>.</summary>
    public string? Client { get; init; }

    /// <summary>The path of the request that signs in, PathBase not included.</summary>
    public required string Path { get; init; }

    /// <summary>The network address of the request, as the server sees it.</summary>
    public System.Net.IPAddress? RemoteAddress { get; init; }

    /// <summary>The time, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the browser's cookie and headers say.</summary>
    internal BrowserFacts Browser { get; init; } = BrowserFacts.None;

    /// <summary>Users with failed passwords from the same network, where a recorded sign-in is decided again; null: as this node counts them.</summary>
    internal int? FailedUsersOfNetwork { get; init; }

    /// <summary>What is asked about this sign-in, each at most once.</summary>
    internal RiskInquiry? Inquiry { get; init; }

    /// <summary>Asks the risk signals; the second to ask gets the same assessment.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="InvalidOperationException">The context was not made by the gate.</exception>
    public ValueTask<RiskAssessment> AssessRiskAsync(CancellationToken cancellationToken) =>
        (Inquiry ?? throw new InvalidOperationException("Only the gate's own context knows the history of its user.")).AssessAsync(this, cancellationToken);
}
