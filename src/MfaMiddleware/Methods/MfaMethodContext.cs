using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>What a method may know of the user and the moment.</summary>
public sealed record MfaMethodContext
{
    /// <summary>The user.</summary>
    public required MfaSubject Subject { get; init; }

    /// <summary>The user's factors of this method that may be used, oldest first; for a method without stored factors (recovery codes) empty.</summary>
    public required IReadOnlyList<MfaFactor> Factors { get; init; }

    /// <summary>The time, UTC, of the host's <see cref="TimeProvider"/>; nothing that a client sends changes it.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether a rule asks for a key's PIN or biometric, whatever the method's settings say.</summary>
    public bool RequiresUserVerification { get; init; }

    /// <summary>The network that the pending session came from (IPv4 /24, IPv6 /48); empty where not known. For budgets.</summary>
    public string Network { get; init; } = "";

    /// <summary>When the pending session ends, UTC; null where there is none.</summary>
    public DateTimeOffset? SessionEndsAt { get; init; }

    /// <summary>What <see cref="IMfaMethod.ChallengeAsync"/> left in the pending session for this method, if anything.</summary>
    public string? ChallengeState { get; init; }
}
