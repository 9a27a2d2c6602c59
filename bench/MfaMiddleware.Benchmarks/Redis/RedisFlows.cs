using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.PendingSessions;
using MfaMiddleware.TestKit.PendingSessions;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>A whole flow of a sign-in, as the store sees it, three bare round trips of the same sizes, and the least three scripts. What is made before them is in no time.</summary>
internal sealed class RedisFlows(IPendingSessionStore store, BareRedis bare, LeastScripts least)
{
    private static readonly PendingSessionLimits Limits = new(5, TimeSpan.FromSeconds(60), int.MaxValue);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(59);

    // Protecting a million would take longer than all that is measured.
    private readonly byte[][] _payloads = [.. Enumerable.Range(0, 256).Select(_ => TicketPayload.New())];
    private int _users;

    /// <summary>A session of another user; in the last 14 bits of its id lies its user's place, as the core makes it.</summary>
    public PendingSession New()
    {
        var number = Interlocked.Increment(ref _users);
        var user = string.Create(CultureInfo.InvariantCulture, $"user-{number:D7}@example.com");
        var id = Base64Url.EncodeToString([.. RandomNumberGenerator.GetBytes(14), .. SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 2)]);
        var now = TimeProvider.System.GetUtcNow();
        return new PendingSession
        {
            Id = id,
            Kind = PendingSessionKind.Json,
            Purpose = PendingSessionPurpose.SignIn,
            Subject = new MfaSubject("", user),
            Network = "203.0.113.0/24",
            SecretHash = RandomNumberGenerator.GetBytes(32),
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
            AttemptsRemaining = 5,
            Payload = _payloads[number % _payloads.Length],
        };
    }

    public async Task StoreAsync(PendingSession session)
    {
        if (await store.CreateAsync(session, Limits, default) is not CreateResult.Created) throw new InvalidOperationException("It was not stored.");
    }

    public async Task FlowAsync(PendingSession session)
    {
        await StoreAsync(session);
        var spent = await store.TrySpendAttemptAsync(session.Id, 1, default);
        if (spent?.Payload.Length != session.Payload.Length || !await store.TryConsumeAsync(session.Id, 1, null, default)) throw new InvalidOperationException("It was not consumed.");
    }

    public Task BareFlowAsync(PendingSession session) => bare.FlowAsync(SessionKeys.Of("bare", session.Id)![0].ToString(), Value(session));

    public Task LeastFlowAsync(PendingSession session) => least.FlowAsync(SessionKeys.Of("least", session.Id)!, Value(session));

    /// <summary>As long as the record.</summary>
    private static byte[] Value(PendingSession session) =>
        new byte[SessionRecord.HeadLength + session.Subject.Realm.Length + session.Subject.Id.Length + session.Network.Length + session.Payload.Length];
}
