using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MfaMiddleware.PendingSessions;

/// <summary>
/// A session as it lies in memory, and its own place in both indexes and in the heap: a store under attack holds hundreds of thousands, so
/// nothing here is an object that could be a field. Changed only under the store's lock.
/// </summary>
internal sealed class PendingEntry
{
    /// <summary>The next one in the same bucket of the index by id.</summary>
    public PendingEntry? NextById;

    /// <summary>The next one in the same bucket of the index by subject.</summary>
    public PendingEntry? NextBySubject;

    /// <summary>The place in the heap of ends.</summary>
    public int HeapIndex;

    private readonly byte[] _owner;
    private readonly long _createdAt;
    private readonly PendingSessionKind _kind;
    private byte[] _payload;
    private object? _stateOrCompletedUrl; // a completed session has no state
    private Hash _secretHash;

    /// <param name="session">The session.</param>
    /// <param name="clock">What its times become times of.</param>
    public PendingEntry(PendingSession session, SteadyClock clock)
    {
        if (!PendingId.TryParse(session.Id, out var id)) throw new ArgumentException("The id must be 128 bits as base64url.", nameof(session));

        Id = id;
        Purpose = session.Purpose;
        ExpiresAt = clock.FromUtc(session.ExpiresAt);
        AttemptsRemaining = session.AttemptsRemaining;
        Version = session.Version;
        IsAnswering = session.IsAnswering;
        SetSecretHash(session.SecretHash);
        _kind = session.Kind;
        _owner = PendingOwner.Pack(session.Subject, session.Network);
        _createdAt = clock.FromUtc(session.CreatedAt);
        _payload = session.Payload;
        _stateOrCompletedUrl = session.CompletedUrl ?? (object?)session.State;
    }

    public PendingId Id { get; }

    public PendingSessionPurpose Purpose { get; }

    /// <summary>By the store's own clock, as the end is.</summary>
    public long CreatedAt => _createdAt;

    public long ExpiresAt { get; set; }

    public int AttemptsRemaining { get; set; }

    public long Version { get; set; }

    public bool IsAnswering { get; set; }

    public bool IsCompleted => _stateOrCompletedUrl is string;

    public int SubjectHash
    {
        get
        {
            var hash = new HashCode();
            hash.AddBytes(PendingOwner.SubjectPart(_owner));
            hash.Add(Purpose);
            return hash.ToHashCode();
        }
    }

    public bool IsSameSubject(PendingEntry other) =>
        Purpose == other.Purpose && PendingOwner.SubjectPart(_owner).SequenceEqual(PendingOwner.SubjectPart(other._owner));

    public bool IsSameNetwork(PendingEntry other) => PendingOwner.NetworkPart(_owner).SequenceEqual(PendingOwner.NetworkPart(other._owner));

    public void SetState(byte[]? state) => _stateOrCompletedUrl = state;

    public void SetSecretHash(byte[] hash)
    {
        if (hash.Length != SHA256.HashSizeInBytes) throw new ArgumentException("The hash must be a SHA-256.", nameof(hash));
        hash.CopyTo(_secretHash);
    }

    public void Complete(string url)
    {
        _stateOrCompletedUrl = url;
        _payload = [];
    }

    public PendingSession ToSession(SteadyClock clock) => new()
    {
        Id = Id.ToString(),
        Kind = _kind,
        Purpose = Purpose,
        Subject = PendingOwner.Subject(_owner),
        Network = PendingOwner.Network(_owner),
        SecretHash = ((ReadOnlySpan<byte>)_secretHash).ToArray(),
        CreatedAt = clock.ToUtc(_createdAt),
        ExpiresAt = clock.ToUtc(ExpiresAt),
        AttemptsRemaining = AttemptsRemaining,
        Version = Version,
        IsAnswering = IsAnswering,
        CompletedUrl = _stateOrCompletedUrl as string,
        Payload = _payload,
        State = _stateOrCompletedUrl as byte[],
    };

    [InlineArray(SHA256.HashSizeInBytes)]
    private struct Hash
    {
        private byte _first;
    }
}
