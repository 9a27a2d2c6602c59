using System.Collections.Concurrent;

namespace MfaMiddleware.Factors;

/// <summary>What <see cref="InMemoryFactorStore"/> holds of one user. Every member is called under <see cref="Lock"/>.</summary>
internal sealed class InMemoryAccount(ConcurrentDictionary<string, byte> taken)
{
    private readonly Dictionary<string, MfaFactor> _factors = new(StringComparer.Ordinal);
    private HashSet<string> _codes = new(StringComparer.Ordinal);
    private (string Hash, DateTimeOffset ExpiresAt)? _accessCode;
    private bool _wasReset;
    private DateTimeOffset? _changedAt;
    private FailureCounters _failures = FailureCounters.None;

    public Lock Lock { get; } = new();

    public InMemoryHistory History { get; } = new();

    public MfaAccount Read() =>
        new([.. _factors.Values.OrderBy(f => f.CreatedAt).ThenBy(f => f.Id, StringComparer.Ordinal)], _codes.Count)
        {
            FactorsChangedAt = _changedAt,
            AccessCodeExpiresAt = _accessCode?.ExpiresAt,
            WasReset = _wasReset,
            Failures = _failures,
        };

    public bool TryAddFirst(MfaFactor factor, IReadOnlyList<string> hashes)
    {
        if (_factors.Count > 0 || _codes.Count > 0) return false;
        if (!taken.TryAdd(KeyOfFactor(factor.Id), 0)) return false;
        try
        {
            _codes = Take(hashes);
        }
        catch
        {
            taken.TryRemove(KeyOfFactor(factor.Id), out _);
            throw;
        }

        Put(factor, version: 1);
        _wasReset = false;
        return true;
    }

    public bool TryAdd(MfaFactor factor, int maxFactors)
    {
        if (_factors.Count >= maxFactors || !taken.TryAdd(KeyOfFactor(factor.Id), 0)) return false;
        Put(factor, version: 1);
        return true;
    }

    public bool TryUpdate(MfaFactor factor, long expectedVersion)
    {
        if (Of(factor.Id) is not { } stored || stored.Version != expectedVersion) return false;
        Put(stored with { Name = factor.Name, ProtectedSecret = factor.ProtectedSecret }, expectedVersion + 1);
        return true;
    }

    public bool TryUse(MfaFactor factor, long expectedVersion, FailureClearance clears)
    {
        // A mark that goes back would make used codes good again, so it is refused like a stale version.
        if (Of(factor.Id) is not { } stored || stored.Version != expectedVersion || factor.Counter < stored.Counter) return false;
        Put(stored with { Counter = factor.Counter, LastUsedAt = factor.LastUsedAt, ProtectedSecret = factor.ProtectedSecret, AnsweredChallenges = factor.AnsweredChallenges }, expectedVersion + 1);
        _failures = _failures.Clear(clears);
        return true;
    }

    public bool TryConsume(string hash, FailureClearance clears, DateTimeOffset now)
    {
        if (!_codes.Remove(hash) && !TryTakeAccessCode(hash, now)) return false;
        taken.TryRemove(KeyOfCode(hash), out _);
        _failures = _failures.Clear(clears);
        return true;
    }

    public bool TryReplaceCodes(IReadOnlyList<string> hashes)
    {
        if (_factors.Count == 0) return false;
        var codes = Take(hashes);
        Release(_codes);
        _codes = codes;
        _failures = _failures.Forget(FailureCounters.RecoveryCodeMethod);
        return true;
    }

    public bool TryRemove(string factorId)
    {
        if (!_factors.Remove(factorId)) return false;
        taken.TryRemove(KeyOfFactor(factorId), out _);
        if (_factors.Count > 0) return true;
        Release(_codes);
        _codes = new(StringComparer.Ordinal);
        return true;
    }

    public bool Reset()
    {
        foreach (var id in _factors.Keys) taken.TryRemove(KeyOfFactor(id), out _);
        _factors.Clear();
        Release(_codes);
        _codes = new(StringComparer.Ordinal);
        DropAccessCode();
        _failures = FailureCounters.None;
        _wasReset = true;
        return true;
    }

    public bool SetAccessCode(string hash, DateTimeOffset expiresAt)
    {
        if (!taken.TryAdd(KeyOfCode(hash), 0)) throw Duplicate("access code hash");
        DropAccessCode();
        _accessCode = (hash, expiresAt);
        return true;
    }

    public ChargeResult Charge(string method, FailureLane lane, DateTimeOffset now, FailureLimits limits)
    {
        (_failures, var result) = _failures.Charge(method, lane, now, limits);
        return result;
    }

    public bool Refund(Charge charge)
    {
        _failures = _failures.Refund(charge);
        return true;
    }

    /// <summary>Notes a change of the factors; a clock that is behind doesn't take an earlier one back.</summary>
    public bool Changed(DateTimeOffset now)
    {
        if (_changedAt is null || _changedAt < now) _changedAt = now;
        return true;
    }

    public MfaStoredHistory ReadHistory() => History.Read(_changedAt);

    private MfaFactor? Of(string id) => _factors.GetValueOrDefault(id);

    private void Put(MfaFactor factor, long version) => _factors[factor.Id] = factor with { Version = version };

    private bool TryTakeAccessCode(string hash, DateTimeOffset now)
    {
        if (_accessCode is not { } code || code.Hash != hash || code.ExpiresAt <= now) return false;
        _accessCode = null;
        return true;
    }

    private void DropAccessCode()
    {
        if (_accessCode is { } code) taken.TryRemove(KeyOfCode(code.Hash), out _);
        _accessCode = null;
    }

    /// <summary>Takes all the hashes or, if one exists already, none.</summary>
    private HashSet<string> Take(IReadOnlyList<string> hashes)
    {
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var hash in hashes)
        {
            if (taken.TryAdd(KeyOfCode(hash), 0) && codes.Add(hash)) continue;
            Release(codes);
            throw Duplicate("recovery code hash");
        }

        return codes;
    }

    private void Release(IEnumerable<string> hashes)
    {
        foreach (var hash in hashes) taken.TryRemove(KeyOfCode(hash), out _);
    }

    private static string KeyOfFactor(string id) => "factor:" + id;

    private static string KeyOfCode(string hash) => "code:" + hash;

    private static InvalidOperationException Duplicate(string what) => new($"This {what} exists already.");
}
