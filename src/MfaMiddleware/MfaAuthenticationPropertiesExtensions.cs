using MfaMiddleware.Interposition;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>What a host can say about one sign-in.</summary>
public static class MfaAuthenticationPropertiesExtensions
{
    private const string Bypass = ".mfa.bypass";
    private const string Client = ".mfa.client";

    /// <summary>
    /// Lets this one sign-in pass without a second factor: impersonation by an administrator, a service. It is audited with the reason, and
    /// the session carries no proof.
    /// </summary>
    /// <param name="properties">The properties given to <c>SignInAsync</c>.</param>
    /// <param name="reason">Why, for the audit event; not blank.</param>
    /// <returns>The same properties.</returns>
    public static AuthenticationProperties BypassMfa(this AuthenticationProperties properties, string reason)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        properties.Items[Bypass] = reason;
        return properties;
    }

    /// <summary>Names the client application that the sign-in is for, for rules with a <c>Client</c>.</summary>
    /// <param name="properties">The properties given to <c>SignInAsync</c>.</param>
    /// <param name="client">The client's id.</param>
    /// <returns>The same properties.</returns>
    public static AuthenticationProperties SetMfaClient(this AuthenticationProperties properties, string client)
    {
        ArgumentNullException.ThrowIfNull(properties);
        properties.Items[Client] = client;
        return properties;
    }

    internal static string? GetMfaBypass(this AuthenticationProperties properties) => properties.GetString(Bypass);

    internal static string? GetMfaClient(this AuthenticationProperties properties) => properties.GetString(Client);

    /// <summary>A bypass is for one sign-in: it must not live on in the ticket and pass the next.</summary>
    internal static void RemoveMfaBypass(this AuthenticationProperties properties) => properties.Items.Remove(Bypass);

    /// <summary>Whether a sign-in of this request waits for its second factor: code that runs after <c>SignInAsync</c> can ask.</summary>
    /// <param name="context">The request.</param>
    /// <returns>True from the moment that a sign-in was captured.</returns>
    public static bool IsMfaPending(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return MfaRequestState.Find(context)?.Held is { HasSignIns: true };
    }
}
