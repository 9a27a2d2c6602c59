using System.Text.Json.Serialization;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Interposition;

/// <summary>What every sign-in that was let through carries in its ticket: whose it is, what was decided, and the proof if there was one.</summary>
internal sealed record MfaStamp
{
    public required string Realm { get; init; }

    public required string SubjectId { get; init; }

    public required string Scheme { get; init; }

    public required string Rule { get; init; }

    /// <summary>When the primary sign-in was made, in seconds since the epoch.</summary>
    public required long SignedInAt { get; init; }

    /// <summary>The <c>amr</c> values of the primary sign-in, as the host's principal named them: a principal that is rebuilt loses them.</summary>
    public IReadOnlyList<string> Primary { get; init; } = [];

    public MfaProof? Proof { get; init; }

    /// <summary>Whether the sign-in showed a positive sign of an attack: no first factor is set up in its session.</summary>
    public bool? ShowedAttack { get; init; }

    /// <summary>Until when the user may sign in without a factor, in seconds since the epoch; null where there is no such time.</summary>
    public long? EnrollBy { get; init; }

    [JsonIgnore]
    public MfaSubject Subject => new(Realm, SubjectId);

    /// <summary>Whether the user's factors have changed since, by somebody else than this session.</summary>
    public bool IsOlderThan(DateTimeOffset? change) =>
        Proof is { } proof ? proof.IsVoidAfter(change) : change is { } at && SignedInAt < at.ToUnixTimeSeconds();

    public bool IsFor(MfaSubject subject) => Realm == subject.Realm && SubjectId == subject.Id;
}
