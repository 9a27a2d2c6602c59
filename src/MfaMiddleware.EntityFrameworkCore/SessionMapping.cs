using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>Rows of pending sessions to values of the core and back.</summary>
internal static class SessionMapping
{
    public static PendingSession ToSession(this MfaPendingSessionEntity row) => new()
    {
        Id = row.Id,
        Kind = row.Kind,
        Purpose = row.Purpose,
        Subject = new(row.Realm, row.Subject),
        Network = row.Network,
        SecretHash = row.SecretHash,
        CreatedAt = new(row.CreatedAt, TimeSpan.Zero),
        ExpiresAt = new(row.ExpiresAt, TimeSpan.Zero),
        AttemptsRemaining = row.AttemptsRemaining,
        Version = row.Version,
        IsAnswering = row.IsAnswering,
        CompletedUrl = row.CompletedUrl,
        Payload = row.Payload,
        State = row.State,
    };

    public static MfaPendingSessionEntity ToNewRow(this PendingSession session) => new()
    {
        Id = session.Id,
        Kind = session.Kind,
        Purpose = session.Purpose,
        Realm = session.Subject.Realm,
        Subject = session.Subject.Id,
        Network = session.Network,
        SecretHash = session.SecretHash,
        CreatedAt = session.CreatedAt.UtcTicks,
        ExpiresAt = session.ExpiresAt.UtcTicks,
        AttemptsRemaining = session.AttemptsRemaining,
        Version = session.Version,
        IsAnswering = session.IsAnswering,
        CompletedUrl = session.CompletedUrl,
        Payload = session.Payload,
        State = session.State,
    };
}
