using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.TestKit.PendingSessions;

/// <summary>What every store of pending sessions must do. A store's test class derives from it.</summary>
public abstract partial class PendingSessionStoreContract : IAsyncLifetime
{
    protected const string Home = "203.0.113.0/24";
    protected const string Elsewhere = "198.51.100.0/24";
    protected static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    protected static readonly PendingSessionLimits Limits = new(5, TimeSpan.FromSeconds(60), 200_000);
    protected static readonly MfaSubject Alice = new("", "alice");
    private static readonly CancellationToken None = CancellationToken.None;

    protected FakeClock Clock { get; } = new();

    protected IPendingSessionStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await CreateStoreAsync(Clock);

    public virtual async Task DisposeAsync()
    {
        if (Store is IAsyncDisposable later) await later.DisposeAsync();
        else (Store as IDisposable)?.Dispose();
    }

    /// <summary>An empty store that tells the time by this clock.</summary>
    protected abstract ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock);

    /// <summary>A session as the interposer makes it.</summary>
    protected PendingSession New(MfaSubject? subject = null, string network = Home, TimeSpan? lifetime = null, int attempts = 5) => new()
    {
        Id = NewId(subject ?? Alice),
        Kind = PendingSessionKind.Json,
        Purpose = PendingSessionPurpose.SignIn,
        Subject = subject ?? Alice,
        Network = network,
        SecretHash = NewHash(),
        CreatedAt = Clock.GetUtcNow(),
        ExpiresAt = Clock.GetUtcNow() + (lifetime ?? Lifetime),
        AttemptsRemaining = attempts,
        Payload = RandomNumberGenerator.GetBytes(1200),
    };

    /// <summary>An id as the core makes it: the last 14 bits are the subject's.</summary>
    protected static string NewId(MfaSubject subject)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        var place = SHA256.HashData(Encoding.UTF8.GetBytes(subject.Realm + "\0" + subject.Id));
        (id[14], id[15]) = ((byte)((id[14] & 0xC0) | (place[0] & 0x3F)), place[1]);
        return Convert.ToBase64String(id).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    protected static byte[] NewHash() => RandomNumberGenerator.GetBytes(32);

    protected async Task<PendingSession> StoredAsync(PendingSession? session = null)
    {
        session ??= New();
        Assert.IsType<CreateResult.Created>(await Store.CreateAsync(session, Limits, None));
        return session;
    }

    /// <summary>A stored session whose answer is being checked.</summary>
    protected async Task<PendingSession> AnsweringAsync(int attempts = 5)
    {
        var session = await StoredAsync(New(attempts: attempts));
        return (await Store.TrySpendAttemptAsync(session.Id, 1, None))!;
    }

    protected async Task<bool> IsThereAsync(PendingSession session) => await Store.FindAsync(session.Id, None) is not null;

    protected static void AssertSame(PendingSession expected, PendingSession? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Payload, actual.Payload);
        Assert.Equal(expected.SecretHash, actual.SecretHash);
        Assert.Equal(expected.State, actual.State);
        Assert.Equal(expected with { Payload = actual.Payload, SecretHash = actual.SecretHash, State = actual.State }, actual);
    }
}
