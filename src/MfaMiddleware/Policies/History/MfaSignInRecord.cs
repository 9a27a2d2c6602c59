using System.Text.Json.Serialization;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies.History;

/// <summary>One sign-in as it was decided: the facts, the decision, and what became of it. For administrators, the user's own export, and replay.</summary>
public sealed record MfaSignInRecord
{
    /// <summary>Its id: random, or that of its pending session.</summary>
    public required string Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>The client application, where the host named one.</summary>
    public string? Client { get; init; }

    /// <summary>The path of the request.</summary>
    public required string Path { get; init; }

    /// <summary>The roles of the principal.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The network address, as the server saw it.</summary>
    public string? Address { get; init; }

    /// <summary>The browser and the system it said it was.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Which of the user's devices: the same value for the same browser; null for one without our cookie.</summary>
    public string? Device { get; init; }

    /// <summary>What was decided; under <c>Policy:Observe</c>, what would have been enforced.</summary>
    public required MfaOutcome Outcome { get; init; }

    /// <summary>The rule that decided.</summary>
    public required string Rule { get; init; }

    /// <summary>Why: short codes.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Whether the decision was recorded and not enforced.</summary>
    public bool IsObserved { get; init; }

    /// <summary>What the signals found; null where none was asked.</summary>
    public RiskAssessment? Risk { get; init; }

    /// <summary>Whether the user had a factor; null where nobody had to know.</summary>
    public bool? HadFactor { get; init; }

    /// <summary>Whether a second factor was proved and the sign-in completed.</summary>
    public bool IsProved { get; init; }

    /// <summary>What would have avoided the challenge, as codes.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> WouldHaveAvoided => Outcome == MfaOutcome.NotRequired ? [] : Risk?.WouldHaveAvoided ?? [];
}
