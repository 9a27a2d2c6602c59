using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.TrustedDevices;

/// <summary>What a browser says of itself, and what a user's own record says of the browser.</summary>
/// <param name="Secret">The secret of its cookie; null without one.</param>
/// <param name="Agent">The browser and the system it says it is, roughly: a version that changes each month is no change.</param>
internal sealed record BrowserFacts(string? Secret, string Agent)
{
    public static readonly BrowserFacts None = new(null, "");

    /// <summary>The secret that it was given in this sign-in, where it had none.</summary>
    public string? Remembered { get; init; }

    /// <summary>The key of its user's record, where a recorded sign-in is decided again: no record holds a secret.</summary>
    public string? Key { get; init; }

    /// <summary>The hash of its user's security stamp, where a recorded sign-in is decided again or a proof brings it.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>Whether it can be told from others at all.</summary>
    public bool IsNamed => (Key ?? Secret) is not null;

    public string? KeyFor(MfaSubject subject) => Key ?? (Secret is null ? null : DeviceReader.KeyOf(subject, Secret));
}

/// <summary>Finds what a browser is to a user. What a cookie, a header or a clock could claim only ever takes away.</summary>
internal static class DeviceReader
{
    private const string SecurityStampClaim = "AspNet.Identity.SecurityStamp";

    public static DeviceState Find(LoadedHistory loaded, MfaPolicyContext signIn, MfaOptions options)
    {
        if (signIn.Browser.KeyFor(signIn.Subject) is not { } key) return DeviceState.Unknown;
        var device = loaded.History.Devices.Find(d => d.Key == key);
        if (device is null || (device.IsObserved && !options.Policy.Observe)) return DeviceState.Unknown;
        return new DeviceState(StandingOf(device, loaded, signIn, options), device);
    }

    /// <summary>The key of a user's record of a browser.</summary>
    public static string KeyOf(MfaSubject subject, string secret) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes($"{SubjectPurpose.Of(subject)}\n{secret}")).AsSpan(0, 24));

    public static string? SecurityStampOf(ClaimsPrincipal principal) => principal.FindFirst(SecurityStampClaim) is { } stamp
        ? WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(stamp.Value)).AsSpan(0, 16))
        : null;

    public static string? SecurityStampOf(MfaPolicyContext signIn) => signIn.Browser.SecurityStamp ?? SecurityStampOf(signIn.Principal);

    private static DeviceStanding StandingOf(KnownDevice device, LoadedHistory loaded, MfaPolicyContext signIn, MfaOptions options)
    {
        if (VoidBecause(device, loaded, signIn.Now, options) is { } reason) return reason;
        if (IsOfAnotherStamp(device, SecurityStampOf(signIn))) return DeviceStanding.CredentialsChanged;
        // A cookie that was copied comes from another browser; one that lies about it is at least listed, and can be revoked.
        return device.Agent == signIn.Browser.Agent ? DeviceStanding.Known : DeviceStanding.AgentChanged;
    }

    /// <summary>Whether the user's credentials have changed since, as ASP.NET Core Identity says.</summary>
    public static bool IsOfAnotherStamp(KnownDevice device, string? stamp) => device.SecurityStamp != stamp;

    /// <summary>Why a record no longer counts, in whatever browser its cookie is; null where it does.</summary>
    /// <param name="device">The record.</param>
    /// <param name="loaded">The history that it is of.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="options">The settings.</param>
    public static DeviceStanding? VoidBecause(KnownDevice device, LoadedHistory loaded, DateTimeOffset now, MfaOptions options)
    {
        if (device.IsRevoked) return DeviceStanding.Revoked;
        if (device.ProvedAt + options.Policy.Signals.NewDevice.Lifetime <= now) return DeviceStanding.Expired;
        if (loaded.FactorsChangedAt?.ToUnixTimeMilliseconds() > device.AsOf) return DeviceStanding.FactorsChanged;
        if (loaded.History.DevicesVoidBefore >= device.ProvedAt) return DeviceStanding.CredentialsChanged;
        return device.Policy == PolicyFingerprint.Of(options) ? null : DeviceStanding.PolicyChanged;
    }
}
