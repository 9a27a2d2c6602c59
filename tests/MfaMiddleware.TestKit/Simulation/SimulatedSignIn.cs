using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>One primary sign-in that reached the gate with the right password, or (<see cref="IsSignIn"/> false) wrong passwords that led to none.</summary>
public sealed record SimulatedSignIn
{
    /// <summary>UTC, whole seconds; a run never goes back.</summary>
    public required DateTimeOffset At { get; init; }

    public required string User { get; init; }

    /// <summary>The truth, for the report alone.</summary>
    public required bool IsAttack { get; init; }

    /// <summary>What happened, for the report alone: see <see cref="SimulatedWorld"/> for the list.</summary>
    public required string Story { get; init; }

    /// <summary>Which targeted attack it is a visit of, for the report alone; null: an attack of one try, or none.</summary>
    public int? Attack { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>The cookie jar that is used and kept: the same id, the same cookies. Null: no cookies come and none are kept.</summary>
    public required string? Browser { get; init; }

    public required string UserAgent { get; init; }

    /// <summary>False: the password was wrong, and nothing follows from this row; <see cref="FailedPasswordsBefore"/> is 0.</summary>
    public bool IsSignIn { get; init; } = true;

    /// <summary>Wrong passwords sent to this account from this address within the two minutes before; they have no rows of their own.</summary>
    public int FailedPasswordsBefore { get; init; }

    /// <summary>Whether whoever it is can answer a second factor.</summary>
    public required bool CanProve { get; init; }

    /// <summary>The account's password was changed or reset in the minutes before this sign-in.</summary>
    public bool AfterPasswordChange { get; init; }

    /// <summary>Where an honest person truly is (null in the air and for attackers): it checks the simulation, no engine can know it.</summary>
    public SimulatedPlace? Whereabouts { get; init; }
}
