using MfaMiddleware.Telemetry;

namespace MfaMiddleware.TrustedDevices;

/// <summary>
/// What an administrator does with the browsers that know a user; the admin API is a thin layer over it. Each change is audited with its actor, and told
/// to the owner. A store that fails throws.
/// </summary>
public sealed class MfaDeviceAdministration
{
    private readonly DeviceList _devices;
    private readonly MfaEvents _events;
    private readonly TimeProvider _time;

    internal MfaDeviceAdministration(DeviceList devices, MfaEvents events, TimeProvider time) => (_devices, _events, _time) = (devices, events, time);

    /// <summary>Lists a user's known and trusted devices. One that is void by the user's new security stamp alone is among them until its next sign-in.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The devices, the last seen first; nothing for a user that isn't known.</returns>
    public Task<IReadOnlyList<MfaDevice>> ListAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        _devices.ReadAsync(subject, null, BrowserFacts.None, cancellationToken);

    /// <summary>Forgets one device: its next sign-in is asked like that of a new one.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="id">The device's id.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call removed it.</returns>
    public async Task<bool> RemoveAsync(MfaSubject subject, string id, MfaSubject? actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return await ChangeAsync(subject, id, actor, cancellationToken) > 0;
    }

    /// <summary>Forgets every device of a user.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there were.</returns>
    public Task<int> RemoveAllAsync(MfaSubject subject, MfaSubject? actor, CancellationToken cancellationToken) => ChangeAsync(subject, null, actor, cancellationToken);

    private async Task<int> ChangeAsync(MfaSubject subject, string? id, MfaSubject? actor, CancellationToken cancellationToken)
    {
        var removed = await _devices.RemoveAsync(subject, id, cancellationToken);
        if (removed > 0) await _events.WriteAsync(DeviceEvents.Removed(subject, actor, id, "administrator", _time.GetUtcNow()));
        return removed;
    }
}
