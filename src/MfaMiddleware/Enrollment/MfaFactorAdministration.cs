using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.AccessCode;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Enrollment;

/// <summary>
/// What an administrator does for a user who lost something; the admin API is a thin layer over it. Who may do so, and how sure they are whom they
/// help, is the host's. Each change is audited with its actor, and told to the owner. A store that fails throws.
/// </summary>
public sealed class MfaFactorAdministration
{
    /// <summary>How long an access code can be used.</summary>
    public static readonly TimeSpan AccessCodeLifetime = TimeSpan.FromHours(1);

    private readonly FactorStore _factors;
    private readonly LookupHasher _hasher;
    private readonly FidoFactor _keys;
    private readonly MethodRegistry _methods;
    private readonly MfaSettings _settings;
    private readonly MfaEvents _events;
    private readonly TimeProvider _time;

    internal MfaFactorAdministration(
        FactorStore factors, LookupHasher hasher, FidoFactor keys, MethodRegistry methods, MfaSettings settings, MfaEvents events, TimeProvider time) =>
        (_factors, _hasher, _keys, _methods, _settings, _events, _time) = (factors, hasher, keys, methods, settings, events, time);

    /// <summary>Lists what a user has set up.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The factors, oldest first, and how many recovery codes are left; nothing for a user that isn't known.</returns>
    public async Task<(IReadOnlyList<MfaEnrolledFactor> Factors, int RecoveryCodesRemaining)> ListAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var account = await _factors.FindAsync(subject, cancellationToken);
        return ([.. account.Factors.Select(View)], account.RecoveryCodesRemaining);
    }

    /// <summary>Removes one factor; with the last one the recovery codes go.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="factorId">The factor's id.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call removed it.</returns>
    public async Task<bool> RemoveAsync(MfaSubject subject, string factorId, MfaSubject? actor, CancellationToken cancellationToken)
    {
        var factor = (await _factors.FindAsync(subject, cancellationToken)).Factors.FirstOrDefault(f => f.Id == factorId);
        if (factor is null || !await _factors.TryRemoveFactorAsync(subject, factorId, _time.GetUtcNow(), cancellationToken)) return false;
        await WriteAsync(MfaEventNames.FactorRemoved, subject, actor, factor);
        return true;
    }

    /// <summary>
    /// Takes everything away: factors, recovery codes, access code and failure counts. From then on the first factor needs an access code, since whoever
    /// has the password could be faster than the owner.
    /// </summary>
    /// <param name="subject">The user.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is done.</returns>
    public async Task ResetAsync(MfaSubject subject, MfaSubject? actor, CancellationToken cancellationToken)
    {
        await _factors.ResetAsync(subject, _time.GetUtcNow(), cancellationToken);
        await WriteAsync(MfaEventNames.FactorsReset, subject, actor, null);
    }

    /// <summary>Makes a one-time code for a user who lost everything, in the place of an earlier one. Give it only to somebody whom you know.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The code, to be shown once, and until when it can be used.</returns>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> IssueAccessCodeAsync(MfaSubject subject, MfaSubject? actor, CancellationToken cancellationToken)
    {
        var code = RecoveryCode.Generate();
        var expiresAt = _time.GetUtcNow() + AccessCodeLifetime;
        var hash = await _hasher.HashAsync(AccessCodeMethod.MethodName, subject, RecoveryCode.Normalize(code), cancellationToken);
        await _factors.SetAccessCodeAsync(subject, hash, expiresAt, cancellationToken);
        await WriteAsync(MfaEventNames.AccessCodeIssued, subject, actor, null);
        return (code, expiresAt);
    }

    /// <summary>Takes over a key that the user registered by U2F, so that nobody has to enrol again; for the day of a migration.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="key">The key as it was kept.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was added: false where anybody has this key already, or the user has as many factors as they may.</returns>
    /// <exception cref="ArgumentException">It is no U2F key.</exception>
    public async Task<bool> ImportU2FKeyAsync(MfaSubject subject, U2FKey key, MfaSubject? actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var now = _time.GetUtcNow();
        var draft = new MfaFactor { Id = "", Subject = subject, Method = FidoMethod.MethodName, Name = key.Name, ProtectedSecret = "", CreatedAt = now };
        var factor = _keys.Write(draft, key.ToCredential());
        var isAdded = await _factors.TryAddFirstFactorAsync(factor, [], now, cancellationToken)
            || await _factors.TryAddFactorAsync(factor, _settings.Current.MaxFactors, now, cancellationToken);
        if (isAdded) await WriteAsync(MfaEventNames.FactorAdded, subject, actor, factor);
        return isAdded;
    }

    private MfaEnrolledFactor View(MfaFactor factor) => MfaEnrolledFactor.Of(factor, _methods.Find(factor.Method, _settings.Current));

    private Task WriteAsync(string name, MfaSubject subject, MfaSubject? actor, MfaFactor? factor) => _events.WriteAsync(new MfaEvent
    {
        Name = name,
        Subject = subject,
        Actor = actor,
        At = _time.GetUtcNow(),
        Method = factor?.Method,
        FactorId = factor?.Id,
        Reasons = ["administrator"],
    });
}
