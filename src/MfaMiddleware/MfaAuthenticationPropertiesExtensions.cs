using System.Globalization;
using MfaMiddleware;
using MfaMiddleware.Interposition;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>What a host can say about one sign-in.</summary>
public static class MfaAuthenticationPropertiesExtensions
{
    private const string Bypass = ".mfa.bypass";
    private const string Client = ".mfa.client";
    private const string MaxAge = ".mfa.max_age";
    private const string Strength = ".mfa.strength";
    private const string OnRequired = ".mfa.on_required";

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

    /// <summary>
    /// Asks for a second factor at this one sign-in, whatever the policy says, and for how fresh and how strong a proof: an authorization server
    /// puts <c>max_age</c> and <c>acr_values</c> of its client here. A policy that asks for more overrules it. Who has no factor sets one up, also where that is
    /// optional or there is a grace period; a session that is renewed with its own properties must have such a proof.
    /// </summary>
    /// <param name="properties">The properties given to <c>SignInAsync</c>.</param>
    /// <param name="maxAge">How old a proof of this browser may be; zero for none but a new one. Default: <c>Mfa:Policy:ReuseProofFor</c>.</param>
    /// <param name="strength">What it must be worth. Default: any.</param>
    /// <returns>The same properties.</returns>
    public static AuthenticationProperties RequireMfa(this AuthenticationProperties properties, TimeSpan? maxAge = null, MfaStrength? strength = null)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (maxAge is { } age) ArgumentOutOfRangeException.ThrowIfLessThan(age, TimeSpan.Zero, nameof(maxAge));
        properties.Items[MaxAge] = maxAge?.Ticks.ToString(CultureInfo.InvariantCulture) ?? "";
        properties.Items[Strength] = ((int)(strength ?? MfaStrength.Sms)).ToString(CultureInfo.InvariantCulture);
        return properties;
    }

    /// <summary>
    /// Lets the host write its own answer where this sign-in needs a second factor, in the place of the challenge: <c>interaction_required</c> for
    /// <c>prompt=none</c>. Nobody is signed in then, and no session is made, unless it calls <see cref="MfaRequiredContext.LeaveToGate"/>.
    /// </summary>
    /// <param name="properties">The properties given to <c>SignInAsync</c>.</param>
    /// <param name="answer">Writes the answer.</param>
    /// <returns>The same properties.</returns>
    public static AuthenticationProperties OnMfaRequired(this AuthenticationProperties properties, Func<MfaRequiredContext, Task> answer)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(answer);
        properties.Parameters[OnRequired] = answer;
        return properties;
    }

    internal static MfaDemand? GetMfaDemand(this AuthenticationProperties properties)
    {
        if (!properties.Items.TryGetValue(MaxAge, out var age)) return null;
        TimeSpan? maxAge = long.TryParse(age, CultureInfo.InvariantCulture, out var ticks) ? TimeSpan.FromTicks(ticks) : null;
        return new MfaDemand(maxAge, Enum.Parse<MfaStrength>(properties.Items[Strength]!));
    }

    internal static Func<MfaRequiredContext, Task>? GetOnMfaRequired(this AuthenticationProperties properties) =>
        properties.GetParameter<Func<MfaRequiredContext, Task>>(OnRequired);

    /// <summary>Whether the host gave its handler something that can't be kept until the challenge is answered.</summary>
    internal static bool HasParameters(this AuthenticationProperties properties) => properties.Parameters.Keys.Any(k => k != OnRequired);

    internal static string? GetMfaBypass(this AuthenticationProperties properties) => properties.GetString(Bypass);

    internal static string? GetMfaClient(this AuthenticationProperties properties) => properties.GetString(Client);

    /// <summary>What was said of one sign-in must not live on in the ticket and hold for the next.</summary>
    internal static void RemoveMfa(this AuthenticationProperties properties)
    {
        foreach (var name in (string[])[Bypass, MaxAge, Strength]) properties.Items.Remove(name);
        properties.Parameters.Remove(OnRequired);
    }

    /// <summary>Whether a sign-in of this request waits for its second factor: code that runs after <c>SignInAsync</c> can ask.</summary>
    /// <param name="context">The request.</param>
    /// <returns>True from the moment that a sign-in was captured.</returns>
    public static bool IsMfaPending(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return MfaRequestState.Find(context)?.Held is { HasSignIns: true };
    }
}
