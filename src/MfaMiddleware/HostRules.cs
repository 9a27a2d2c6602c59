using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware;

/// <summary>The ranges of the settings at the root.</summary>
internal static class HostRules
{
    public static void Check(MfaOptions options, SettingsCheck check)
    {
        if (options.Issuer is not null) check.NotBlank(nameof(options.Issuer), options.Issuer);
        check.Range(nameof(options.MaxFactors), options.MaxFactors, 1, 50);
        check.Defined<ExistingSessionsMode>(nameof(options.ExistingSessions), options.ExistingSessions);
        check.Defined<OtherSessionsMode>(nameof(options.OtherSessions), options.OtherSessions);
        check.Range(nameof(options.OtherSessionsCheckInterval), options.OtherSessionsCheckInterval, TimeSpan.Zero, TimeSpan.FromHours(1));
        check.Range(nameof(options.ManageMaxAge), options.ManageMaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        check.Range(nameof(options.StoreTimeout), options.StoreTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        check.Must(
            CanCarryAChallenge(options.ChallengeStatusCode), nameof(options.ChallengeStatusCode), options.ChallengeStatusCode,
            "it must be 200 to 299 with a body (not 204, not 205), 401 or 403.");
        check.Has(nameof(options.Cookie), options.Cookie);
        check.Has(nameof(options.Admin), options.Admin);
        if (check.Has(nameof(options.Acr), options.Acr)) CheckAcr(options.Acr, check.Below(nameof(options.Acr)));
        if (check.Has(nameof(options.TrustedDevices), options.TrustedDevices)) CheckDevices(options.TrustedDevices, check.Below(nameof(options.TrustedDevices)));
        CheckLists(options, check);
    }

    private static void CheckDevices(TrustedDevicesOptions devices, SettingsCheck check)
    {
        check.Range(nameof(devices.Lifetime), devices.Lifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        check.Range(nameof(devices.MaxPerUser), devices.MaxPerUser, 1, 20);
    }

    private static void CheckLists(MfaOptions options, SettingsCheck check)
    {
        EachItem(options.SubjectClaims, check.Below(nameof(options.SubjectClaims)));
        EachItem(options.SignInNowSchemes, check.Below(nameof(options.SignInNowSchemes)));
        EachValue(options.ExemptSchemes, check.Below(nameof(options.ExemptSchemes)));
        EachValue(options.PrimaryMethods, check.Below(nameof(options.PrimaryMethods)));

        var origins = check.Below(nameof(options.AllowedOrigins));
        for (var i = 0; i < options.AllowedOrigins.Count; i++)
        {
            origins.Must(
                IsOrigin(options.AllowedOrigins[i]), $"{i}", options.AllowedOrigins[i],
                "it must be one origin as browsers send it, scheme://host or scheme://host:port, without a path.");
        }
    }

    private static void CheckAcr(MfaAcrOptions acr, SettingsCheck check)
    {
        check.NotBlank(nameof(acr.SingleFactor), acr.SingleFactor);
        check.NotBlank(nameof(acr.MultiFactor), acr.MultiFactor);
        check.NotBlank(nameof(acr.PhishingResistant), acr.PhishingResistant);
    }

    private static void EachItem(IList<string> items, SettingsCheck check)
    {
        for (var i = 0; i < items.Count; i++) check.NotBlank($"{i}", items[i]);
    }

    private static void EachValue(IDictionary<string, string> values, SettingsCheck check)
    {
        foreach (var (key, value) in values)
        {
            if (string.IsNullOrWhiteSpace(key)) check.Fail("a scheme must have a name.");
            check.NotBlank(key, value);
        }
    }

    private static bool CanCarryAChallenge(int status) => status is (>= 200 and <= 299 and not 204 and not 205) or 401 or 403;

    // Compared as text with the Origin header, so what a browser would write differently never matches; neither * nor null is an origin.
    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.Host == uri.IdnHost && uri.UserInfo.Length == 0
        && text == uri.GetLeftPart(UriPartial.Authority);
}
