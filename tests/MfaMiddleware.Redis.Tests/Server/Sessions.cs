using System.Security.Cryptography;
using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>Sessions as the core makes them, by the time of the system.</summary>
internal static class Sessions
{
    public static readonly PendingSessionLimits Limits = new(5, TimeSpan.FromSeconds(60), 100_000);

    public static PendingSession New(string user = "alice", string network = "203.0.113.0/24") => new()
    {
        Id = Convert.ToBase64String([.. RandomNumberGenerator.GetBytes(14), .. SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(user)).AsSpan(0, 2)])
            .TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        Kind = PendingSessionKind.Json,
        Purpose = PendingSessionPurpose.SignIn,
        Subject = new MfaSubject("", user),
        Network = network,
        SecretHash = RandomNumberGenerator.GetBytes(32),
        CreatedAt = TimeProvider.System.GetUtcNow(),
        ExpiresAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5),
        AttemptsRemaining = 5,
        Payload = RandomNumberGenerator.GetBytes(1200),
    };

    public static async Task<PendingSession> StoredAsync(this IPendingSessionStore store, string user = "alice")
    {
        var session = New(user);
        Assert.IsType<CreateResult.Created>(await store.CreateAsync(session, Limits, default));
        return session;
    }

    public static async Task<PendingSession> AnsweringAsync(this IPendingSessionStore store, string user = "alice")
    {
        var session = await store.StoredAsync(user);
        return (await store.TrySpendAttemptAsync(session.Id, 1, default))!;
    }
}
