using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Tests.PendingSessions;

/// <summary>The store as one would write it on a blackboard: a list, no index, no sweeping.</summary>
internal sealed class PendingSessionModel(Func<DateTimeOffset> now)
{
    private readonly List<PendingSession> _all = [];

    public PendingSession? Find(string id) => _all.Find(s => s.Id == id && s.ExpiresAt > now());

    public CreateResult Create(PendingSession session, PendingSessionLimits limits)
    {
        _all.RemoveAll(s => s.ExpiresAt <= now());
        var own = _all.Where(s => s.Subject == session.Subject && s.Purpose == session.Purpose && s.CompletedUrl is null).ToList();
        var leaves = own.Count < limits.PerSubject ? null : own
            .Where(s => s.Network == session.Network || s.CreatedAt + limits.Protected <= now())
            .OrderBy(s => s.IsAnswering).ThenBy(s => s.Network != session.Network).ThenBy(s => s.CreatedAt).FirstOrDefault();
        if (own.Count >= limits.PerSubject && leaves is null)
        {
            var roomAt = own.Min(s => s.CreatedAt + limits.Protected < s.ExpiresAt ? s.CreatedAt + limits.Protected : s.ExpiresAt);
            return new CreateResult.TooManyForSubject(roomAt - now());
        }

        if (_all.Count - (leaves is null ? 0 : 1) >= limits.Total) return new CreateResult.Full();
        if (leaves is not null) _all.Remove(leaves);
        _all.Add(session);
        return new CreateResult.Created();
    }

    public PendingSession? Spend(string id, long version) =>
        AtRest(id, version) is { AttemptsRemaining: > 0 } s ? Put(s with { AttemptsRemaining = s.AttemptsRemaining - 1, IsAnswering = true }) : null;

    public PendingSession? Reject(string id, long version, byte[] hash)
    {
        if (Answering(id, version) is not { } s) return null;
        var after = Put(s with { IsAnswering = false, Version = s.Version + 1, SecretHash = hash });
        if (after.AttemptsRemaining == 0) _all.Remove(after);
        return after;
    }

    public bool Refund(string id, long version) =>
        Answering(id, version) is { } s && Put(s with { IsAnswering = false, AttemptsRemaining = s.AttemptsRemaining + 1 }) is not null;

    public PendingSession? Update(string id, long version, byte[]? state, DateTimeOffset end) =>
        AtRest(id, version) is { } s ? Put(s with { State = state, Version = s.Version + 1, ExpiresAt = end < s.ExpiresAt ? end : s.ExpiresAt }) : null;

    public bool Consume(string id, long version, string? url)
    {
        if (Answering(id, version) is not { } s) return false;
        if (url is null) return _all.Remove(s);
        Put(s with { IsAnswering = false, Version = s.Version + 1, CompletedUrl = url, Payload = [], State = null });
        return true;
    }

    public bool Remove(string id) => Find(id) is { CompletedUrl: null } s && _all.Remove(s);

    private PendingSession? AtRest(string id, long version) => Find(id) is { CompletedUrl: null, IsAnswering: false } s && s.Version == version ? s : null;

    private PendingSession? Answering(string id, long version) => Find(id) is { CompletedUrl: null, IsAnswering: true } s && s.Version == version ? s : null;

    private PendingSession Put(PendingSession session)
    {
        _all[_all.FindIndex(s => s.Id == session.Id)] = session;
        return session;
    }
}
