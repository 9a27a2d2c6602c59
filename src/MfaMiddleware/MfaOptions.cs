using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware;

/// <summary>The settings of MfaMiddleware: the section <c>Mfa</c> of <c>appsettings.json</c>. Without it: each sign-in, enrolment required.</summary>
public sealed class MfaOptions
{
    /// <summary>The section of the configuration.</summary>
    internal const string Section = "Mfa";

    /// <summary>What the configuration holds that can't be read as a setting; reported with everything else that is wrong.</summary>
    internal IList<string> Unreadable { get; } = [];

    /// <summary>What the configuration holds that looks like a misspelt setting; logged, since another part of the app may read it.</summary>
    internal IList<MisspeltSetting> Misspelt { get; } = [];

    /// <summary>The name of the app as authenticator apps show it. Default: the host's application name.</summary>
    public string? Issuer { get; set; }

    /// <summary>Who must prove a second factor, and when.</summary>
    public PolicyOptions Policy { get; set; } = new();

    /// <summary>Addresses that are denied or trusted.</summary>
    public AddressListOptions Addresses { get; set; } = new();

    /// <summary>Where addresses are.</summary>
    public GeoOptions Geo { get; set; } = new();

    /// <summary>The limits of pending sessions.</summary>
    public PendingSessionOptions PendingSessions { get; set; } = new();

    /// <summary>The settings of the methods.</summary>
    public MethodsOptions Methods { get; set; } = new();

    /// <summary>Browsers that their user asked not to be challenged in.</summary>
    public TrustedDevicesOptions TrustedDevices { get; set; } = new();

    /// <summary>The browser-binding cookie.</summary>
    public MfaCookieOptions Cookie { get; set; } = new();

    /// <summary>Claim types that hold the subject, in order. Default: <c>sub</c>, then NameIdentifier.</summary>
    public IList<string> SubjectClaims { get; } = [];

    /// <summary>Origins besides the request's own that may call the JSON API, for example <c>https://app.example.com</c>.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Schemes that are not gated, each with the reason, which the start-up report repeats.</summary>
    public IDictionary<string, string> ExemptSchemes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Schemes, besides the framework's cookie and bearer handlers, whose sign-in completes in the request that answers the challenge.</summary>
    public IList<string> SignInNowSchemes { get; } = [];

    /// <summary>The RFC 8176 value of the primary sign-in by scheme, for example <c>Cookies</c> → <c>pwd</c>.</summary>
    public IDictionary<string, string> PrimaryMethods { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The <c>acr</c> values.</summary>
    public MfaAcrOptions Acr { get; set; } = new();

    /// <summary>The status of a challenge to a JSON client. Default: 200.</summary>
    public int ChallengeStatusCode { get; set; } = 200;

    /// <summary>Factors of one user: 1 to 50. Default: 10.</summary>
    public int MaxFactors { get; set; } = 10;

    /// <summary>What becomes of sessions from before adoption. Default: <see cref="ExistingSessionsMode.Keep"/>.</summary>
    public ExistingSessionsMode ExistingSessions { get; set; } = ExistingSessionsMode.Keep;

    /// <summary>What becomes of a user's other sessions when their factors change. Default: <see cref="OtherSessionsMode.Downgrade"/>.</summary>
    public OtherSessionsMode OtherSessions { get; set; } = OtherSessionsMode.Downgrade;

    /// <summary>How long a node may go by what it last read of a user's changes, until it sees one that another node made: 0 to 1 hour. Default: 1 minute.</summary>
    public TimeSpan OtherSessionsCheckInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old a proof may be for a change of factors. Default: 5 minutes.</summary>
    public TimeSpan ManageMaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the stores may take before the answer is a 503. Default: 2 seconds.</summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Lets nobody sign in, with a second factor or without, unless every event sink of the host has taken the entry within <see cref="StoreTimeout"/>; else the answer is a 503. Default: false, a
    /// sink that fails or hangs stops nobody.
    /// </summary>
    public bool AuditRequired { get; set; }

    /// <summary>The admin API.</summary>
    public MfaAdminOptions Admin { get; set; } = new();

    /// <summary>False opens the gate for an emergency: loud, and outside Development only together with <see cref="IUnderstandThatMfaIsOff"/>. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Confirms <see cref="Enabled"/> = false outside Development.</summary>
    public bool IUnderstandThatMfaIsOff { get; set; }

    /// <summary>Lets a durable store start outside Development without persisted Data Protection keys: after a restart its secrets may not open.</summary>
    public bool AcceptEphemeralKeys { get; set; }
}

/// <summary>The admin API (<c>Mfa:Admin</c>).</summary>
public sealed class MfaAdminOptions
{
    /// <summary>The authorization policy that says who is an administrator; <c>MapMfaAdmin("…")</c> comes first.</summary>
    public string? Policy { get; set; }
}

/// <summary>The browser-binding cookie (<c>Mfa:Cookie</c>).</summary>
public sealed class MfaCookieOptions
{
    /// <summary>Drops <c>Secure</c> and the <c>__Host-</c> prefix, for plain http in a trusted network. Default: false.</summary>
    public bool AllowInsecure { get; set; }
}

/// <summary>The <c>acr</c> values of a completed sign-in (<c>Mfa:Acr</c>).</summary>
public sealed class MfaAcrOptions
{
    /// <summary>No second factor. Default: <c>urn:mfa:1</c>.</summary>
    public string SingleFactor { get; set; } = "urn:mfa:1";

    /// <summary>A second factor. Default: <c>urn:mfa:2</c>.</summary>
    public string MultiFactor { get; set; } = "urn:mfa:2";

    /// <summary>A phishing-resistant second factor. Default: <c>urn:mfa:3</c>.</summary>
    public string PhishingResistant { get; set; } = "urn:mfa:3";
}

/// <summary>What becomes of a user's other sessions when a factor is added or removed, or a recovery code used or replaced.</summary>
public enum OtherSessionsMode
{
    /// <summary>They live on as they are.</summary>
    Keep,

    /// <summary>They live on without their proof of MFA: where one is asked for, it must be given anew.</summary>
    Downgrade,

    /// <summary>They end: their tickets no longer authenticate.</summary>
    End,
}

/// <summary>What becomes of sessions from before adoption.</summary>
public enum ExistingSessionsMode
{
    /// <summary>They live on, and are logged.</summary>
    Keep,

    /// <summary>They end: their tickets no longer authenticate.</summary>
    End,
}
