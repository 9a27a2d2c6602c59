namespace MfaMiddleware.Methods.Sms;

/// <summary>Codes by text message (<c>Mfa:Methods:Sms</c>): a restricted authenticator (NIST SP 800-63B-4 section 3.2.9), better than none.</summary>
public sealed class SmsOptions
{
    /// <summary>Whether the method is offered. Default: false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Accepts that users have nothing better: without it the start fails where every other method but the recovery codes is off. Default: false.</summary>
    public bool AcceptRestrictedAuthenticator { get; set; }

    /// <summary>The text, with <c>{code}</c>, <c>{issuer}</c> and <c>{domain}</c>; at most three segments.</summary>
    public string Template { get; set; } = "{code} is your {issuer} code.";

    /// <summary>Texts by culture (<c>de</c>, <c>de-AT</c>), chosen by the request's UI culture.</summary>
    public IDictionary<string, string> Templates { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The site's host name: with it the text ends with <c>@domain #code</c>, by which browsers fill the code in there alone. Default: none.</summary>
    public string? Domain { get; set; }

    /// <summary>The text that a phone gets when another number is added to its account; no code. Placeholder: <c>{issuer}</c>.</summary>
    public string NoticeTemplate { get; set; } = "Another phone number was added to your {issuer} account. If that wasn't you, sign in and remove it.";

    /// <summary>The same by culture, like <see cref="Templates"/>.</summary>
    public IDictionary<string, string> NoticeTemplates { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The country codes that messages may go to, without plus sign: <c>"49"</c>, <c>"1"</c>. None stops the start.</summary>
    public IList<string> AllowedCountryCodes { get; } = [];

    /// <summary>How long a code can be answered: 1 to 10 minutes. Default: 5 minutes.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages of one pending session: 1 to 5. Default: 5.</summary>
    public int MaxSends { get; set; } = 5;

    /// <summary>What may be sent in a time.</summary>
    public SmsBudgetOptions Budgets { get; set; } = new();

    /// <summary>When numbers that never answer are switched off.</summary>
    public SmsFraudOptions Fraud { get; set; } = new();

    /// <summary>
    /// Who sends: <c>Twilio</c>, <c>Http</c> or <c>Development</c>; several with commas between them are tried in turn. Senders added by code come first.
    /// </summary>
    public string? Sender { get; set; }

    /// <summary>How long one sender may take: 1 to 30 seconds. Default: 5 seconds.</summary>
    public TimeSpan SenderTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Twilio's Messages API.</summary>
    public TwilioOptions Twilio { get; set; } = new();

    /// <summary>Any gateway that takes an HTTP request.</summary>
    public HttpSmsOptions Http { get; set; } = new();

    internal string[] Senders => Sender?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>What may be sent in a time; charged before the gateway is called.</summary>
public sealed class SmsBudgetOptions
{
    /// <summary>Messages to one number in an hour: 1 to 20. Default: 5.</summary>
    public int NumberPerHour { get; set; } = 5;

    /// <summary>Messages to one number in a day: 1 to 50. Default: 10.</summary>
    public int NumberPerDay { get; set; } = 10;

    /// <summary>Messages of one account in an hour: 1 to 50. Default: 10.</summary>
    public int AccountPerHour { get; set; } = 10;

    /// <summary>Messages from one network (IPv4 /24, IPv6 /48) in an hour: 1 to 10,000. Default: 20.</summary>
    public int NetworkPerHour { get; set; } = 20;

    /// <summary>Messages of the app in a minute: 1 to 10,000. Default: 200.</summary>
    public int TotalPerMinute { get; set; } = 200;
}

/// <summary>When the numbers under one prefix are switched off: messages go out and hardly any code comes back.</summary>
public sealed class SmsFraudOptions
{
    /// <summary>Whether it is watched. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Messages to a prefix within an hour before it is judged: 10 to 10,000. Default: 30.</summary>
    public int MinSends { get; set; } = 30;

    /// <summary>Percent of the codes that must be answered: 1 to 50. Default: 10.</summary>
    public int MinVerifiedPercent { get; set; } = 10;
}

/// <summary>Twilio's Messages API (<c>Mfa:Methods:Sms:Twilio</c>).</summary>
public sealed class TwilioOptions
{
    /// <summary>The account.</summary>
    public string? AccountSid { get; set; }

    /// <summary>Its secret.</summary>
    public string? AuthToken { get; set; }

    /// <summary>The number or name that sends; or <see cref="MessagingServiceSid"/>.</summary>
    public string? From { get; set; }

    /// <summary>The messaging service that sends; or <see cref="From"/>.</summary>
    public string? MessagingServiceSid { get; set; }

    /// <summary>Where the API is.</summary>
    public string BaseAddress { get; set; } = "https://api.twilio.com";

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}

/// <summary>
/// Any gateway that takes an HTTP request (<c>Mfa:Methods:Sms:Http</c>). Placeholders: <c>{to}</c> (with plus sign), <c>{digits}</c> (without), <c>{text}</c>,
/// <c>{coding}</c> (0 for GSM 7 bit, 2 for UCS-2), each escaped for where it stands.
/// </summary>
public sealed class HttpSmsOptions
{
    /// <summary><c>GET</c>, <c>POST</c> or <c>PUT</c>. Default: GET.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>The address, absolute; placeholders in path and query alone.</summary>
    public string? Url { get; set; }

    /// <summary>Headers; <c>{to}</c> and <c>{digits}</c> may stand in them.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body; none for GET.</summary>
    public string? Body { get; set; }

    /// <summary>What the body is, and how placeholders in it are escaped: <c>application/json</c> or <c>application/x-www-form-urlencoded</c>.</summary>
    public string ContentType { get; set; } = "application/json";

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
