using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MfaMiddleware.Factors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>The store in memory, which counts the charges and can be made to fail.</summary>
internal sealed class CountingFactorStore : IMfaFactorStore
{
    private readonly InMemoryFactorStore _inner = new();
    private readonly ConcurrentDictionary<string, int> _charges = new();
    private int _calls;
    private string? _lookupKey;

    public int Charges => _charges.Values.Sum();

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>From now on each call fails, as with a database that is down.</summary>
    public bool IsDown { get; set; }

    /// <summary>The one member that fails.</summary>
    public string? FailsAt { get; set; }

    /// <summary>The look-up key; null until somebody brings one.</summary>
    public string? LookupKey
    {
        get => _lookupKey;
        set => _lookupKey = value;
    }

    /// <summary>Runs before each look at an account.</summary>
    public Func<Task>? BeforeFind { get; set; }

    /// <summary>Runs before each look at a history.</summary>
    public Func<Task>? BeforeFindHistory { get; set; }

    /// <summary>Runs before each write of a history.</summary>
    public Func<Task>? BeforeHistoryWrite { get; set; }

    /// <summary>From now on somebody else is always faster with a history.</summary>
    public bool LosesHistoryWrites { get; set; }

    public static void Use(IServiceCollection services)
    {
        services.AddSingleton<CountingFactorStore>();
        services.Replace(ServiceDescriptor.Singleton<IMfaFactorStore>(sp => sp.GetRequiredService<CountingFactorStore>()));
    }

    public int ChargesOf(string user) => _charges.GetValueOrDefault(user);

    public ValueTask<ChargeResult> ChargeAsync(MfaSubject subject, string method, FailureLane lane, DateTimeOffset now, FailureLimits limits, CancellationToken cancellationToken)
    {
        _charges.AddOrUpdate(subject.Id, 1, (_, count) => count + 1);
        return Up().ChargeAsync(subject, method, lane, now, limits, cancellationToken);
    }

    public async ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        if (BeforeFind is { } before) await before();
        return await Up().FindAsync(subject, cancellationToken);
    }

    public ValueTask<bool> TryAddFirstFactorAsync(MfaFactor factor, IReadOnlyList<string> recoveryCodeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        Up().TryAddFirstFactorAsync(factor, recoveryCodeHashes, now, cancellationToken);

    public ValueTask<bool> TryAddFactorAsync(MfaFactor factor, int maxFactors, DateTimeOffset now, CancellationToken cancellationToken) => Up().TryAddFactorAsync(factor, maxFactors, now, cancellationToken);

    public ValueTask<bool> TryUpdateAsync(MfaFactor factor, long expectedVersion, CancellationToken cancellationToken) =>
        Up().TryUpdateAsync(factor, expectedVersion, cancellationToken);

    public ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken) =>
        Up().TryUseFactorAsync(factor, expectedVersion, clears, cancellationToken);

    public ValueTask<bool> TryConsumeCodeAsync(MfaSubject subject, string codeHash, FailureClearance clears, DateTimeOffset now, CancellationToken cancellationToken) =>
        Up().TryConsumeCodeAsync(subject, codeHash, clears, now, cancellationToken);

    public ValueTask<bool> TryReplaceCodesAsync(MfaSubject subject, IReadOnlyList<string> codeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        Up().TryReplaceCodesAsync(subject, codeHashes, now, cancellationToken);

    public ValueTask<bool> TryRemoveFactorAsync(MfaSubject subject, string factorId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Up().TryRemoveFactorAsync(subject, factorId, now, cancellationToken);

    public ValueTask ResetAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken) => Up().ResetAsync(subject, now, cancellationToken);

    public ValueTask SetAccessCodeAsync(MfaSubject subject, string codeHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        Up().SetAccessCodeAsync(subject, codeHash, expiresAt, cancellationToken);

    public ValueTask RefundAsync(MfaSubject subject, Charge charge, CancellationToken cancellationToken)
    {
        _charges.AddOrUpdate(subject.Id, 0, (_, count) => count - 1);
        return Up().RefundAsync(subject, charge, cancellationToken);
    }

    public async ValueTask<MfaStoredHistory> FindHistoryAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        if (BeforeFindHistory is { } before) await before();
        return await Up().FindHistoryAsync(subject, cancellationToken);
    }

    public async ValueTask<bool> TryWriteHistoryAsync(MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        if (BeforeHistoryWrite is { } before) await before();
        return !LosesHistoryWrites && await Up().TryWriteHistoryAsync(subject, data, expectedVersion, expiresAt, cancellationToken);
    }

    public ValueTask RemoveHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) => Up().RemoveHistoryAsync(subject, cancellationToken);

    public IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadHistoriesAsync(CancellationToken cancellationToken) => Up().ReadHistoriesAsync(cancellationToken);

    public ValueTask<int> RemoveExpiredHistoriesAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        Up().RemoveExpiredHistoriesAsync(now, atMost, cancellationToken);

    public ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken)
    {
        Up();
        return new(Interlocked.CompareExchange(ref _lookupKey, protectedCandidate, null) ?? protectedCandidate);
    }

    private InMemoryFactorStore Up([CallerMemberName] string member = "")
    {
        Interlocked.Increment(ref _calls);
        return IsDown || FailsAt == member ? throw new TimeoutException("The database does not answer.") : _inner;
    }
}
