using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.PendingSessions;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>
/// Pending sessions in a relational database, for apps of several nodes: any of them answers for a sign-in that another one held. Each verb is one
/// conditional statement, or a transaction that starts with one.
/// </summary>
internal sealed class EfPendingSessionStore<TContext>(StoreRunner<TContext> runner, TimeProvider time) : IPendingSessionStore
    where TContext : DbContext
{
    private long Now => time.GetUtcNow().UtcTicks;

    public async ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.PerSubject, 1);
        var mayFill = await runner.RunRepeatableAsync((db, token) => PrepareAsync(db, session, limits, token), cancellationToken);

        CreateResult result = new CreateResult.Created();
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (mayFill) await db.LockCapAsync(token);
                // Newcomers of one user come one after the other, so that what is counted stays true.
                await db.TryLockAccountAsync(session.Subject, token);
                result = await CreateAsync(db, session, limits, mayFill, token);
                return result is CreateResult.Created;
            },
            cancellationToken);
        return result;
    }

    public async ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var now = Now;
        if (!SessionRows.CanBeId(id)) return null;
        return await runner.ReadAsync(
            async (db, token) => (await db.Sessions().SingleOrDefaultAsync(s => s.Id == id && s.ExpiresAt > now, token))?.ToSession(), cancellationToken);
    }

    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken) => ChangeAsync(
        id,
        db => AtRest(db, id, version).Where(s => s.AttemptsRemaining > 0),
        seen => seen with { AttemptsRemaining = seen.AttemptsRemaining - 1, IsAnswering = true },
        cancellationToken);

    public ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken) => ChangeAsync(
        id,
        db => Answering(db, id, version),
        seen => seen with { SecretHash = secretHash, IsAnswering = false, Version = version + 1 },
        cancellationToken);

    public ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken) => TryAsync(
        id,
        (db, token) => Answering(db, id, version).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.AttemptsRemaining, s => s.AttemptsRemaining + 1).SetProperty(s => s.IsAnswering, false), token),
        cancellationToken);

    public ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken) => ChangeAsync(
        id,
        db => AtRest(db, id, version),
        seen => seen with { State = state, ExpiresAt = seen.ExpiresAt < expiresAt ? seen.ExpiresAt : expiresAt, Version = version + 1 },
        cancellationToken);

    public ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken) => TryAsync(
        id,
        (db, token) => completedUrl is null
            ? Answering(db, id, version).ExecuteDeleteAsync(token)
            : Answering(db, id, version).ExecuteUpdateAsync(
                set => set
                    .SetProperty(s => s.CompletedUrl, completedUrl)
                    .SetProperty(s => s.Payload, Array.Empty<byte>())
                    .SetProperty(s => s.State, (byte[]?)null)
                    .SetProperty(s => s.IsAnswering, false)
                    .SetProperty(s => s.Version, version + 1),
                token),
        cancellationToken);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var now = Now;
        return TryAsync(id, (db, token) => Open(db).Where(s => s.Id == id && s.ExpiresAt > now).ExecuteDeleteAsync(token), cancellationToken);
    }

    /// <summary>Makes the rows that the transaction locks, and takes a few that expired away, apart from it: nobody's sign-in waits for another's sweep.</summary>
    /// <returns>Whether the store is so full that newcomers of all users must come one after the other.</returns>
    private async Task<bool> PrepareAsync(DbContext db, PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken)
    {
        var now = Now;
        await db.EnsureAccountAsync(session.Subject, cancellationToken);
        await db.SweepSessionsAsync(now, cancellationToken);
        if (await db.CountSessionsAsync(now, cancellationToken) <= limits.Total - SessionCap.InFlight) return false;
        await db.EnsureCapAsync(cancellationToken);
        return true;
    }

    private async Task<CreateResult> CreateAsync(
        DbContext db, PendingSession session, PendingSessionLimits limits, bool mayFill, CancellationToken cancellationToken)
    {
        var now = Now;
        var others = await OthersOf(db, session, now).ToListAsync(cancellationToken);
        var leaves = others.Count < limits.PerSubject ? null : WhoLeaves(others, limits, now);
        if (others.Count >= limits.PerSubject && leaves is null) return new CreateResult.TooManyForSubject(RetryAfter(others, limits, now));

        if (mayFill && await db.CountSessionsAsync(now, cancellationToken) - (leaves is null ? 0 : 1) >= limits.Total) return new CreateResult.Full();
        if (leaves is not null) await db.Sessions().Where(s => s.Id == leaves.Id).ExecuteDeleteAsync(cancellationToken);
        db.Add(session.ToNewRow());
        await db.SaveChangesAsync(cancellationToken);
        return new CreateResult.Created();
    }

    private static IQueryable<Place> OthersOf(DbContext db, PendingSession newcomer, long now) => Open(db)
        .Where(s => s.Realm == newcomer.Subject.Realm && s.Subject == newcomer.Subject.Id && s.Purpose == newcomer.Purpose && s.ExpiresAt > now)
        .Select(s => new Place(s.Id, s.Network == newcomer.Network, s.IsAnswering, s.CreatedAt, s.ExpiresAt));

    /// <summary>The oldest of the newcomer's network, then the oldest of another that is protected no longer; one that is being answered goes last.</summary>
    private static Place? WhoLeaves(List<Place> others, PendingSessionLimits limits, long now) => others
        .Where(p => p.IsOfTheNewcomersNetwork || p.CreatedAt + limits.Protected.Ticks <= now)
        .OrderBy(p => p.IsAnswering).ThenByDescending(p => p.IsOfTheNewcomersNetwork).ThenBy(p => p.CreatedAt)
        .FirstOrDefault();

    private static TimeSpan RetryAfter(List<Place> others, PendingSessionLimits limits, long now) =>
        TimeSpan.FromTicks(others.Min(p => Math.Min(p.CreatedAt + limits.Protected.Ticks, p.ExpiresAt)) - now);

    /// <summary>
    /// A read and a conditional change. Read before it, while version and condition pin the row: once it is changed it is free for the next
    /// answer, and what is read then may be another's work.
    /// </summary>
    private async ValueTask<PendingSession?> ChangeAsync(
        string id, Func<DbContext, IQueryable<MfaPendingSessionEntity>> rows, Func<PendingSession, PendingSession> change, CancellationToken cancellationToken)
    {
        if (!SessionRows.CanBeId(id) || await runner.ReadAsync((db, token) => rows(db).SingleOrDefaultAsync(token), cancellationToken) is not { } row) return null;
        var changed = change(row.ToSession());
        var written = await runner.RunAsync(
            (db, token) => WriteAsync(rows(db).Where(s => s.AttemptsRemaining == row.AttemptsRemaining), changed, token), cancellationToken);
        return written == 1 ? changed : null;
    }

    /// <summary>One statement; a session that can't be answered any more is gone with it.</summary>
    private static Task<int> WriteAsync(IQueryable<MfaPendingSessionEntity> row, PendingSession session, CancellationToken cancellationToken)
    {
        if (session is { AttemptsRemaining: 0, IsAnswering: false }) return row.ExecuteDeleteAsync(cancellationToken);
        var end = session.ExpiresAt.UtcTicks;
        return row.ExecuteUpdateAsync(
            set => set
                .SetProperty(s => s.AttemptsRemaining, session.AttemptsRemaining)
                .SetProperty(s => s.IsAnswering, session.IsAnswering)
                .SetProperty(s => s.Version, session.Version)
                .SetProperty(s => s.SecretHash, session.SecretHash)
                .SetProperty(s => s.State, session.State)
                .SetProperty(s => s.ExpiresAt, end),
            cancellationToken);
    }

    private async ValueTask<bool> TryAsync(string id, Func<DbContext, CancellationToken, Task<int>> change, CancellationToken cancellationToken) =>
        SessionRows.CanBeId(id) && await runner.RunAsync(change, cancellationToken) == 1;

    private IQueryable<MfaPendingSessionEntity> AtRest(DbContext db, string id, long version) => Version(db, id, version).Where(s => !s.IsAnswering);

    private IQueryable<MfaPendingSessionEntity> Answering(DbContext db, string id, long version) => Version(db, id, version).Where(s => s.IsAnswering);

    private IQueryable<MfaPendingSessionEntity> Version(DbContext db, string id, long version)
    {
        var now = Now;
        return Open(db).Where(s => s.Id == id && s.Version == version && s.ExpiresAt > now);
    }

    private static IQueryable<MfaPendingSessionEntity> Open(DbContext db) => db.Sessions().Where(s => s.CompletedUrl == null);

    /// <summary>What is asked of a session that may have to make room.</summary>
    private sealed record Place(string Id, bool IsOfTheNewcomersNetwork, bool IsAnswering, long CreatedAt, long ExpiresAt);
}
