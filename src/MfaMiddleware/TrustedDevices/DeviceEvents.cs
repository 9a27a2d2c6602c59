using MfaMiddleware.Telemetry;

namespace MfaMiddleware.TrustedDevices;

/// <summary>The audit events of devices.</summary>
internal static class DeviceEvents
{
    public static MfaEvent Removed(MfaSubject subject, MfaSubject? actor, string? id, string reason, DateTimeOffset now) => new()
    {
        Name = id is null ? MfaEventNames.DevicesRemoved : MfaEventNames.DeviceRemoved,
        Subject = subject,
        Actor = actor,
        At = now,
        Reasons = [reason],
    };
}
