using System.Text;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Totp;
using MfaMiddleware.Policies;
using MfaMiddleware.Tests.Policies;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaMiddleware.Tests;

public sealed class MfaOptionsValidatorTests
{
    private static readonly IMfaMethod Totp = new TestMethod("totp", MfaStrength.Otp);
    private static readonly IMfaMethod Recovery = new TestMethod("recovery_code", MfaStrength.Otp, isRecovery: true);

    [Fact]
    public void Defaults_AreValid() => Assert.Empty(Errors(new MfaOptions()));

    [Fact]
    public void EachSettingOutOfRange_IsReportedAtOnceWithKeyPathAndValue()
    {
        var options = new MfaOptions { ChallengeStatusCode = 302, MaxFactors = 51, ManageMaxAge = TimeSpan.Zero, StoreTimeout = TimeSpan.Zero, Issuer = " ", ExistingSessions = (ExistingSessionsMode)9 };
        options.PendingSessions.Lifetime = TimeSpan.FromSeconds(59);
        options.PendingSessions.EnrollmentLifetime = TimeSpan.FromMinutes(31);
        options.PendingSessions.MaxAttempts = 11;
        options.PendingSessions.MaxPerSubject = 21;
        options.PendingSessions.MaxStepUpsPerSubject = 0;
        options.PendingSessions.MaxTotal = 0;
        options.Methods.Totp.Digits = 5;
        options.Methods.Totp.Period = TimeSpan.FromSeconds(15.5);
        options.Methods.Totp.Algorithm = (TotpAlgorithm)3;
        options.Methods.Totp.Window.Past = 3;
        options.Methods.Totp.Window.Future = 2;
        options.Methods.RecoveryCodes.Count = 1;
        options.Policy.Mode = (MfaMode)7;
        options.Policy.ReuseProofFor = TimeSpan.FromHours(25);
        options.Policy.Timeout = TimeSpan.Zero;
        options.Policy.Enrollment.Mode = (MfaEnrollmentMode)5;

        Assert.Equal(
            [
                "Mfa:Issuer is ' ': it must not be blank.",
                "Mfa:MaxFactors is 51: it must be 1 to 50.",
                "Mfa:ExistingSessions is 9: it must be one of Keep, End.",
                "Mfa:ManageMaxAge is 00:00:00: it must be 00:00:01 to 1.00:00:00.",
                "Mfa:StoreTimeout is 00:00:00: it must be 00:00:00.0010000 to 00:01:00.",
                "Mfa:ChallengeStatusCode is 302: it must be 200 to 299 with a body (not 204, not 205), 401 or 403.",
                "Mfa:PendingSessions:Lifetime is 00:00:59: it must be 00:01:00 to 00:15:00.",
                "Mfa:PendingSessions:EnrollmentLifetime is 00:31:00: it must be 00:01:00 to 00:30:00.",
                "Mfa:PendingSessions:MaxAttempts is 11: it must be 1 to 10.",
                "Mfa:PendingSessions:MaxPerSubject is 21: it must be 1 to 20.",
                "Mfa:PendingSessions:MaxStepUpsPerSubject is 0: it must be 1 to 20.",
                "Mfa:PendingSessions:MaxTotal is 0: it must be at least 1.",
                "Mfa:Methods:Totp:Digits is 5: it must be 6 to 8.",
                "Mfa:Methods:Totp:Period is 00:00:15.5000000: it must be whole seconds.",
                "Mfa:Methods:Totp:Algorithm is 3: it must be one of Sha1, Sha256, Sha512.",
                "Mfa:Methods:Totp:Window:Past is 3: it must be 0 to 2.",
                "Mfa:Methods:Totp:Window:Future is 2: it must be 0 to 1.",
                "Mfa:Methods:RecoveryCodes:Count is 1: it must be 2 to 20.",
                "Mfa:Policy:Mode is 7: it must be one of Always, Suspicious, Never.",
                "Mfa:Policy:ReuseProofFor is 1.01:00:00: it must be 00:00:00 to 1.00:00:00.",
                "Mfa:Policy:Timeout is 00:00:00: it must be 00:00:00.0010000 to 00:00:10.",
                "Mfa:Policy:Enrollment:Mode is 5: it must be one of Required, Optional.",
            ],
            Errors(options));
    }

    [Fact]
    public void EnrollmentShorterThanTheSession_IsAnError()
    {
        var options = new MfaOptions();
        options.PendingSessions.EnrollmentLifetime = TimeSpan.FromMinutes(4);

        Assert.Equal(["Mfa:PendingSessions:EnrollmentLifetime is 00:04:00: it must be at least Lifetime, 00:05:00."], Errors(options));
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("https://app.example.com/", false)]
    [InlineData("https://app.example.com/path", false)]
    [InlineData("https://app.example.com:443", false)]
    [InlineData("https://App.example.com", false)]
    [InlineData("https://user@app.example.com", false)]
    [InlineData("https://bücher.example", false)]
    [InlineData("ftp://app.example.com", false)]
    [InlineData("app.example.com", false)]
    [InlineData("*", false)]
    [InlineData("https://*.example.com", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void AllowedOrigin_MustBeOneAsBrowsersSendIt(string origin, bool valid)
    {
        var options = new MfaOptions { AllowedOrigins = { origin } };

        Assert.Equal(valid, Errors(options).Count == 0);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(299, true)]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(199, false)]
    [InlineData(204, false)]
    [InlineData(300, false)]
    [InlineData(404, false)]
    public void ChallengeStatus_MustCarryAChallenge(int status, bool valid) =>
        Assert.Equal(valid, Errors(new MfaOptions { ChallengeStatusCode = status }).Count == 0);

    [Fact]
    public void BlankNamesAndReasons_AreErrors()
    {
        var options = new MfaOptions { SubjectClaims = { "sub", "" }, SignInNowSchemes = { " " }, ExemptSchemes = { ["Partner"] = "" } };
        options.Acr.MultiFactor = "";

        Assert.Equal(
            ["Mfa:Acr:MultiFactor is '': it must not be blank.", "Mfa:SubjectClaims:1 is '': it must not be blank.", "Mfa:SignInNowSchemes:0 is ' ': it must not be blank.", "Mfa:ExemptSchemes:Partner is '': it must not be blank."],
            Errors(options));
    }

    [Fact]
    public void RulesThatCantWork_AreErrors()
    {
        var options = new MfaOptions();
        options.Policy.Rules.Add(new PolicyRule { Mode = MfaMode.Never });
        options.Policy.Rules.Add(new PolicyRule { Role = " ", Path = "admin", MaxAge = TimeSpan.FromDays(2), Mode = (MfaMode)9 });
        options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", MinimumStrength = MfaStrength.PhishingResistant });

        Assert.Equal(
            [
                "Mfa:Policy:Rules:0: a rule must have a condition: Role, Scheme, Client or Path. What holds for everyone is Mfa:Policy:Mode.",
                "Mfa:Policy:Rules:1:Role is ' ': it must not be blank.",
                "Mfa:Policy:Rules:1:Path is 'admin': it must start with / and have no query.",
                "Mfa:Policy:Rules:1:Mode is 9: it must be one of Always, Suspicious, Never.",
                "Mfa:Policy:Rules:1:MaxAge is 2.00:00:00: it must be 00:00:00 to 1.00:00:00.",
                "Mfa:Policy:Rules:2:MinimumStrength is PhishingResistant: no enabled method is worth that much; registered are totp (Otp), recovery_code (Otp).",
            ],
            Errors(options));
    }

    [Fact]
    public void NoMethodEnabled_IsAnError()
    {
        var options = new MfaOptions();
        options.Methods.Totp.Enabled = options.Methods.RecoveryCodes.Enabled = false;

        Assert.Equal(["Mfa:Methods: no method is enabled; registered are totp (Otp), recovery_code (Otp)."], Errors(options));
    }

    [Fact]
    public void RecoveryCodesAlone_AreAnError()
    {
        var options = new MfaOptions();
        options.Methods.Totp.Enabled = false;

        Assert.Contains("recovery_code (Otp) is for emergencies", Assert.Single(Errors(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void SectionsSetToNull_AreErrorsAndNoCrash()
    {
        Assert.Equal(4, Errors(new MfaOptions { Policy = null!, PendingSessions = null!, Acr = null!, Cookie = null! }).Count);
        Assert.Single(Errors(new MfaOptions { Methods = null! }));
    }

    [Theory]
    [InlineData("""{ "Policy": { "Mode": "7" } }""", "Mfa:Policy:Mode is '7': it must be one of Always, Suspicious, Never.")]
    [InlineData("""{ "Policy": { "Mode": "Always, Never" } }""", "Mfa:Policy:Mode is 'Always, Never': it must be one of Always, Suspicious, Never.")]
    [InlineData("""{ "Policy": "Never" }""", "Mfa:Policy is 'Never': it must be a section or a list, not a value.")]
    [InlineData("""{ "Policy": { "Rules": [ { "Role": "Admin", "Mode": "Alwys" } ] } }""", "Mfa:Policy:Rules:0:Mode is 'Alwys': it must be one of Always, Suspicious, Never.")]
    [InlineData("""{ "Policy": { "Rules": [ { "Role": "Admin", "MinimumStrenght": "Otp" } ] } }""", "Mfa:Policy:Rules:0:MinimumStrenght is 'Otp': a rule knows Role, Scheme, Client, Path, Mode, MinimumStrength, RequireUserVerification, MaxAge, AllowTrustedDevice, Enrollment.")]
    [InlineData("""{ "Policy": { "Rules": [ {} ] } }""", "Mfa:Policy:Rules:0 is no value: a rule must have a condition: Role, Scheme, Client or Path.")]
    [InlineData("""{ "AllowedOrigins": "https://a.example" }""", "Mfa:AllowedOrigins is 'https://a.example': it must be a section or a list, not a value.")]
    [InlineData("""{ "PendingSessions": { "Lifetime": "5m" } }""", "Mfa:PendingSessions:Lifetime is '5m': it must be a time such as 00:05:00.")]
    [InlineData("""{ "PendingSessions": { "MaxAttempts": 2.5 } }""", "Mfa:PendingSessions:MaxAttempts is '2.5': it must be a whole number.")]
    [InlineData("""{ "Enabled": { "Really": true } }""", "Mfa:Enabled is no value: it must be a value, not a section or a list.")]
    public void ConfigurationThatCantBeRead_IsReportedWithKeyPathAndValue(string json, string error) => Assert.Equal([error], Errors(Read(json)));

    [Fact]
    public void NullInTheConfiguration_LeavesTheDefault()
    {
        var options = Read("""{ "Enabled": null, "PendingSessions": { "MaxAttempts": null }, "Policy": { "Mode": null } }""");

        Assert.Empty(Errors(options));
        Assert.True(options.Enabled);
        Assert.Equal(5, options.PendingSessions.MaxAttempts);
    }

    [Fact]
    public void WholeSection_IsReadInAnyCase()
    {
        var options = Read("""
            { "issuer": "Contoso", "policy": { "mode": "suspicious", "rules": [ { "role": "Admin", "maxAge": "00:10:00", "minimumStrength": "Otp" }, { "client": "kiosk", "mode": "Never" } ] },
              "Redis": { "Configuration": "elsewhere" }, "AllowedOrigins": [ "https://a.example" ], "ExemptSchemes": { "Partner": "signed by contract" } }
            """);

        Assert.Empty(Errors(options));
        Assert.Equal(MfaMode.Suspicious, options.Policy.Mode);
        Assert.Equal((2, TimeSpan.FromMinutes(10), MfaMode.Never), (options.Policy.Rules.Count, options.Policy.Rules[0].MaxAge, options.Policy.Rules[1].Mode));
        Assert.Equal("signed by contract", options.ExemptSchemes["Partner"]);
    }

    private static MfaOptions Read(string mfa)
    {
        var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Mfa": {{mfa}} }"""));
        var options = new MfaOptions();
        SettingsReader.Read(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Mfa"), options);
        return options;
    }

    private static List<string> Errors(MfaOptions options) => [.. new MfaOptionsValidator([Totp, Recovery]).Validate(null, options).Failures ?? []];
}
