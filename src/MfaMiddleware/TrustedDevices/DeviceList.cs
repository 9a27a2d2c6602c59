using System.Security.Claims;
using MfaMiddleware.Policies.History;

namespace MfaMiddleware.TrustedDevices;

/// <summary>The devices of a user as people see them, and forgetting them.</summary>
internal sealed class DeviceList(HistoryKeeper keeper, MfaSettings settings, TimeProvider time)
{
    /// <summary>Those that count now, the last seen first.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="principal">The user as signed in; null where somebody else looks, who can't know the security stamp.</param>
    /// <param name="browser">The browser that asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<MfaDevice>> ReadAsync(MfaSubject subject, ClaimsPrincipal? principal, BrowserFacts browser, CancellationToken cancellationToken)
    {
        var (options, now) = (settings.Current, time.GetUtcNow());
        var loaded = await keeper.LoadAsync(subject, cancellationToken);
        var current = browser.Secret is { } secret ? DeviceReader.KeyOf(subject, secret) : null;
        return
        [
            .. loaded.History.Devices
                .Where(d => !d.IsObserved && DeviceReader.VoidBecause(d, loaded, now, options) is null)
                .Where(d => principal is null || !DeviceReader.IsOfAnotherStamp(d, DeviceReader.SecurityStampOf(principal)))
                .OrderByDescending(d => d.LastSeenAt)
                .Select(d => new MfaDevice(d.Id, d.Agent, d.CreatedAt, d.LastSeenAt, d.TrustedUntil > now ? d.TrustedUntil : null, d.Key == current)),
        ];
    }

    /// <summary>Forgets devices, those that no longer count too: its next sign-in is that of a new device.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="id">Which; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were forgotten.</returns>
    public async Task<int> RemoveAsync(MfaSubject subject, string? id, CancellationToken cancellationToken)
    {
        var removed = 0;
        var isKept = await keeper.ChangeAsync(
            subject,
            history =>
            {
                var removing = history.Devices.FindAll(d => !d.IsRevoked && (id is null || d.Id == id));
                removed = removing.Count;
                return removed == 0 ? null : history with { Devices = [.. history.Devices.Select(d => removing.Contains(d) ? d with { IsRevoked = true, TrustedUntil = null } : d)] };
            },
            cancellationToken);
        // Fail closed: nobody must believe that a thief's browser is forgotten.
        return isKept ? removed : throw new MfaUnavailableException();
    }
}
