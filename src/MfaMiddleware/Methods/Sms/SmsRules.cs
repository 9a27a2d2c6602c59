using MfaMiddleware.Methods.Sms.Senders;

namespace MfaMiddleware.Methods.Sms;

/// <summary>The ranges of <see cref="SmsOptions"/>; what only matters when messages go out is checked when the method is on.</summary>
internal static class SmsRules
{
    // Where the settings name no issuer the application's name stands in, which isn't known here.
    private const string AnyIssuer = "an application";

    public static void Check(SmsOptions options, string? issuer, SettingsCheck check)
    {
        check.Range(nameof(options.Lifetime), options.Lifetime, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        check.Range(nameof(options.MaxSends), options.MaxSends, 1, 5);
        check.Range(nameof(options.SenderTimeout), options.SenderTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        if (check.Has(nameof(options.Budgets), options.Budgets)) Check(options.Budgets, check.Below(nameof(options.Budgets)));
        if (check.Has(nameof(options.Fraud), options.Fraud)) Check(options.Fraud, check.Below(nameof(options.Fraud)));
        CheckTexts(options, issuer ?? AnyIssuer, check);
        CheckCountries(options, check);
        CheckSenders(options, check);
    }

    private static void Check(SmsBudgetOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.NumberPerHour), options.NumberPerHour, 1, 20);
        check.Range(nameof(options.NumberPerDay), options.NumberPerDay, 1, 50);
        check.Range(nameof(options.AccountPerHour), options.AccountPerHour, 1, 50);
        check.Range(nameof(options.NetworkPerHour), options.NetworkPerHour, 1, 10_000);
        check.Range(nameof(options.TotalPerMinute), options.TotalPerMinute, 1, 10_000);
    }

    private static void Check(SmsFraudOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.MinSends), options.MinSends, 10, 10_000);
        check.Range(nameof(options.MinVerifiedPercent), options.MinVerifiedPercent, 1, 50);
    }

    private static void CheckTexts(SmsOptions options, string issuer, SettingsCheck check)
    {
        check.Must(
            options.Domain is null || Uri.CheckHostName(options.Domain) == UriHostNameType.Dns, nameof(options.Domain), options.Domain,
            "it must be a host name, without scheme and port.");
        CheckText(nameof(options.Template), options.Template, options, issuer, check);
        foreach (var (culture, text) in options.Templates) CheckText(culture, text, options, issuer, check.Below(nameof(options.Templates)));
        CheckNotice(nameof(options.NoticeTemplate), options.NoticeTemplate, check);
        foreach (var (culture, text) in options.NoticeTemplates) CheckNotice(culture, text, check.Below(nameof(options.NoticeTemplates)));
    }

    private static void CheckNotice(string key, string? text, SettingsCheck check) => check.Must(
        !string.IsNullOrWhiteSpace(text) && !text.Replace("{issuer}", "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'),
        key, text, "it must not be blank, and knows {issuer} alone.");

    private static void CheckText(string key, string? text, SmsOptions options, string issuer, SettingsCheck check)
    {
        if (SmsTemplate.Complaint(text, issuer, options.Domain) is { } complaint) check.Must(false, key, text, complaint);
    }

    private static void CheckCountries(SmsOptions options, SettingsCheck check)
    {
        if (options.Enabled && options.AllowedCountryCodes.Count == 0)
            check.Fail("AllowedCountryCodes must list the country codes that messages may go to, such as \"49\".");

        var codes = check.Below(nameof(options.AllowedCountryCodes));
        for (var i = 0; i < options.AllowedCountryCodes.Count; i++)
            codes.Must(NumberPlan.IsCountryCode(options.AllowedCountryCodes[i]), $"{i}", options.AllowedCountryCodes[i], "it must be a country code without plus sign: 1 to 3 digits, or 4 of a country that shares the code 1.");
    }

    private static void CheckSenders(SmsOptions options, SettingsCheck check)
    {
        var (twilio, http) = (check.Has(nameof(options.Twilio), options.Twilio), check.Has(nameof(options.Http), options.Http));
        foreach (var name in options.Senders)
        {
            check.Must(
                SmsSenderChain.Names.Contains(name, StringComparer.OrdinalIgnoreCase), nameof(options.Sender), name, $"it must be one of {string.Join(", ", SmsSenderChain.Names)}.");
            if (!options.Enabled) continue;
            if (twilio && name.Equals(TwilioSmsSender.Name, StringComparison.OrdinalIgnoreCase)) TwilioSmsSender.Check(options.Twilio, check.Below(nameof(options.Twilio)));
            if (http && name.Equals(HttpSmsSender.Name, StringComparison.OrdinalIgnoreCase)) HttpSmsRules.Check(options.Http, check.Below(nameof(options.Http)));
        }
    }
}
