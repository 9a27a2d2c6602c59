using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.TrustedDevices;

/// <summary>What a browser says of itself, and what a user's own record says of the browser.</summary>
/// <param name="Secret">The secret of its cookie; null without one.</param>
/// <param name="Agent">The browser and the system it says it is, roughly: a version that changes each month is no change.</param>
internal sealed record BrowserFacts(string? Secret, string Agent)
{
    public static readonly BrowserFacts None = new(null, "");
}

/// <summary>Finds what a browser is to a user. What a cookie, a header or a clock could claim only ever takes away.</summary>
internal static class DeviceReader
{
    private const string SecurityStampClaim = "AspNet.Identity.SecurityStamp";

    public static DeviceState Find(LoadedHistory loaded, MfaSubject subject, ClaimsPrincipal principal, BrowserFacts browser, DateTimeOffset now, MfaOptions options)
    {
        if (browser.Secret is not { } secret) return DeviceState.Unknown;
        var key = KeyOf(subject, secret);
        var device = loaded.History.Devices.Find(d => d.Key == key);
        if (device is null || (device.IsObserved && !options.Policy.Observe)) return DeviceState.Unknown;
        return new DeviceState(StandingOf(device, loaded, principal, browser, now, options), device);
    }

    /// <summary>The key of a user's record of a browser.</summary>
    public static string KeyOf(MfaSubject subject, string secret) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes($"{SubjectPurpose.Of(subject)}\n{secret}")).AsSpan(0, 24));

    public static string? SecurityStampOf(ClaimsPrincipal principal) => principal.FindFirst(SecurityStampClaim) is { } stamp
        ? WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(stamp.Value)).AsSpan(0, 16))
        : null;

    private static DeviceStanding StandingOf(
        KnownDevice device, LoadedHistory loaded, ClaimsPrincipal principal, BrowserFacts browser, DateTimeOffset now, MfaOptions options)
    {
        if (VoidBecause(device, loaded, principal, now, options) is { } reason) return reason;
        // A cookie that was copied comes from another browser; one that lies about it is at least listed, and can be revoked.
        return device.Agent == browser.Agent ? DeviceStanding.Known : DeviceStanding.AgentChanged;
    }

    /// <summary>Why a record no longer counts, in whatever browser its cookie is; null where it does.</summary>
    /// <param name="device">The record.</param>
    /// <param name="loaded">The history that it is of.</param>
    /// <param name="principal">The user as signed in; null where somebody else looks, who can't know the security stamp.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="options">The settings.</param>
    public static DeviceStanding? VoidBecause(KnownDevice device, LoadedHistory loaded, ClaimsPrincipal? principal, DateTimeOffset now, MfaOptions options)
    {
        if (device.ProvedAt + options.Policy.Signals.NewDevice.Lifetime <= now) return DeviceStanding.Expired;
        if (loaded.FactorsChangedAt?.ToUnixTimeMilliseconds() > device.AsOf) return DeviceStanding.FactorsChanged;
        if (loaded.History.DevicesVoidBefore >= device.ProvedAt) return DeviceStanding.CredentialsChanged;
        if (principal is not null && device.SecurityStamp != SecurityStampOf(principal)) return DeviceStanding.CredentialsChanged;
        return device.Policy == PolicyFingerprint.Of(options) ? null : DeviceStanding.PolicyChanged;
    }
}
