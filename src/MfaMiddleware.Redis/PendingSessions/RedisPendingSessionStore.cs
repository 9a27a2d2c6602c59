using System.Buffers.Binary;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Connection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>Pending sessions on Redis: any node answers for a sign-in that another one held. Each verb is one script and one round trip.</summary>
internal sealed class RedisPendingSessionStore(RedisCaller redis, IOptions<MfaRedisOptions> options, TimeProvider time) : IPendingSessionStore
{
    private static readonly TimeSpan SweptAfter = TimeSpan.FromMinutes(1);

    // The index is swept an hour after the last newcomer, so that no newcomer has to ask how long the others live.
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);
    private static readonly RedisValue IndexLife = (long)(LongestLife + SweptAfter).TotalMilliseconds;

    private readonly SessionCount _count = new();
    private readonly string _prefix = options.Value.KeyPrefix;

    public async ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.PerSubject, 1);
        var id = new byte[SessionKeys.IdBytes];
        if (!SessionKeys.TryParse(session.Id, id)) throw new ArgumentException("The id must be 128 bits as base64url.", nameof(session));

        var now = time.GetUtcNow();
        if (session.ExpiresAt - now > LongestLife) throw new ArgumentException("A session lives an hour at most.", nameof(session));
        var before = _count.Reserve(now);
        var isStored = false;
        try
        {
            var reply = await redis.RunAsync(SessionScripts.Create, SessionKeys.Of(_prefix, id), ToCreate(session, IndexEntry.Of(session, id), limits, now, before), cancellationToken);
            isStored = reply.IsYes;
            if (isStored) _count.Keep(session.ExpiresAt);
            return ResultOf(reply);
        }
        finally
        {
            if (!isStored) _count.Release();
        }
    }

    public ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken) => ChangeAsync(SessionScripts.Find, id, [], cancellationToken);

    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken) =>
        ChangeAsync(SessionScripts.Spend, id, [Bytes(version)], cancellationToken);

    public async ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken)
    {
        var rejected = await ChangeAsync(SessionScripts.Reject, id, [Bytes(version), Bytes(unchecked(version + 1)), secretHash], cancellationToken);
        if (rejected is { AttemptsRemaining: 0 }) _count.Leave(rejected.ExpiresAt);
        // A removed record is marked so for a while; to the caller it is as it was removed.
        return rejected;
    }

    public async ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken) =>
        await RunAsync(SessionScripts.Refund, id, [Bytes(version)], cancellationToken) is { IsYes: true };

    public ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var micros = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(micros, Micros.Of(expiresAt));
        return ChangeAsync(
            SessionScripts.Update,
            id,
            [Bytes(version), Bytes(unchecked(version + 1)), Bytes(expiresAt.UtcTicks), micros, new byte[] { (byte)(state is null ? 0 : 1) }, state ?? []],
            cancellationToken);
    }

    public async ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken)
    {
        var reply = await RunAsync(
            SessionScripts.Consume, id, [Bytes(version), Bytes(unchecked(version + 1)), Flag(completedUrl is not null), completedUrl ?? ""], cancellationToken);
        return completedUrl is null ? IsGone(reply) : reply is { IsYes: true };
    }

    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        IsGone(await RunAsync(SessionScripts.Remove, id, [], cancellationToken));

    /// <summary>The arguments of <see cref="SessionScripts.Create"/>.</summary>
    internal static RedisValue[] ToCreate(PendingSession session, IndexEntry entry, PendingSessionLimits limits, DateTimeOffset now, int others)
    {
        var record = SessionRecord.Write(session, entry);
        return
        [
            Micros.Of(now), record[..SessionRecord.Operation], record[(SessionRecord.Operation + SessionRecord.OperationLength)..], entry.ScoreText, entry.Member,
            (long)(session.ExpiresAt - now + SweptAfter).TotalMilliseconds, IndexLife, limits.PerSubject,
            Micros.Of(DateTimeOffset.UnixEpoch + limits.Protected), Flag(others >= limits.Total), Flag(others - 1 >= limits.Total),
        ];
    }

    private static byte[] Bytes(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }

    private static RedisValue Flag(bool value) => value ? 1 : 0;

    private CreateResult ResultOf(RedisReply reply)
    {
        switch (reply.Status)
        {
            case 1:
                if (reply.Value is { Length: IndexEntry.MemberLength } leaver) Sweep(leaver);
                return new CreateResult.Created();
            case SessionScripts.TooMany:
                return new CreateResult.TooManyForSubject(Micros.ToSpan(long.Parse(System.Text.Encoding.ASCII.GetString(reply.Value!), System.Globalization.CultureInfo.InvariantCulture)));
            case SessionScripts.Full:
                return new CreateResult.Full();
            default:
                throw new InvalidOperationException("There is a pending session with this id already.");
        }
    }

    private bool IsGone(RedisReply? reply)
    {
        if (reply is not { IsYes: true }) return false;
        if (SessionRecord.EndOf(reply.Value) is { } end) _count.Leave(end);
        return true;
    }

    private void Sweep(byte[] leaver)
    {
        _count.Leave(IndexEntry.EndOf(leaver));
        // Nobody waits for it: what is not swept now, the server's time to live sweeps.
        _ = Task.Run(async () =>
        {
            var sweep = redis.RunAsync(SessionScripts.Sweep, SessionKeys.Of(_prefix, IndexEntry.IdOf(leaver))[..1], [], CancellationToken.None);
            await ((Task)sweep).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
    }

    private async ValueTask<PendingSession?> ChangeAsync(RedisScript script, string id, RedisValue[] arguments, CancellationToken cancellationToken) =>
        await RunAsync(script, id, arguments, cancellationToken) is { IsYes: true } reply ? SessionRecord.Read(id, reply.Value) : null;

    private async ValueTask<RedisReply?> RunAsync(RedisScript script, string id, RedisValue[] arguments, CancellationToken cancellationToken) =>
        SessionKeys.Of(_prefix, id) is { } keys ? await redis.RunAsync(script, keys, [Micros.Of(time.GetUtcNow()), .. arguments], cancellationToken) : null;
}
