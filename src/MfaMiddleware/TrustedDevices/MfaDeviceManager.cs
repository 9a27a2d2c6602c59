using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.TrustedDevices;

/// <summary>
/// What a signed-in user does with the browsers that know them: the JSON API and a page of the app's are thin layers over it. Every change checks by
/// itself who is signed in and how fresh their proof is. A store that fails throws; the caller answers 503.
/// </summary>
public sealed class MfaDeviceManager
{
    private readonly SignedInFinder _finder;
    private readonly ChangeRules _rules;
    private readonly FactorStore _factors;
    private readonly DeviceList _devices;
    private readonly DeviceCookie _cookie;
    private readonly MfaEvents _events;
    private readonly TimeProvider _time;

    internal MfaDeviceManager(
        SignedInFinder finder, ChangeRules rules, FactorStore factors, DeviceList devices, DeviceCookie cookie, MfaEvents events, TimeProvider time) =>
        (_finder, _rules, _factors, _devices, _cookie, _events, _time) = (finder, rules, factors, devices, cookie, events, time);

    /// <summary>Lists the user's known and trusted devices.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that count now, the last seen first; null where nobody is signed in.</returns>
    public async Task<IReadOnlyList<MfaDevice>?> ListAsync(HttpContext context, CancellationToken cancellationToken) =>
        await _finder.FindAsync(context) is { } session
            ? await _devices.ReadAsync(session.Subject, session.Principal, _cookie.Read(context), cancellationToken)
            : null;

    /// <summary>Forgets a device: its next sign-in is asked like that of a new one. Its present session goes on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The device's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.DevicesRemoved"/>, or why not.</returns>
    public async Task<MfaManageResult> RemoveAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var result = await ChangeAsync(context, id, cancellationToken);
        return result is MfaManageResult.DevicesRemoved { Count: 0 } ? new MfaManageResult.NotFound() : result;
    }

    /// <summary>Forgets every device of the user, the present one too.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.DevicesRemoved"/>, or why not.</returns>
    public Task<MfaManageResult> RemoveAllAsync(HttpContext context, CancellationToken cancellationToken) => ChangeAsync(context, null, cancellationToken);

    private async Task<MfaManageResult> ChangeAsync(HttpContext context, string? id, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return new MfaManageResult.NotSignedIn();
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        // Before anything is said about the device: without a proof nobody learns which ids exist.
        if (_rules.Refusal(session, account, null) is { } refusal) return refusal;

        var removed = await _devices.RemoveAsync(session.Subject, id, cancellationToken);
        if (removed > 0) await _events.WriteAsync(DeviceEvents.Removed(session.Subject, null, id, "self_service", _time.GetUtcNow()));
        return new MfaManageResult.DevicesRemoved(removed);
    }
}
