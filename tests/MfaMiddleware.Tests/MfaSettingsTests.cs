using System.Text;
using MfaMiddleware.Policies;
using MfaMiddleware.Tests.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests;

public sealed class MfaSettingsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mfa-{Guid.CreateVersion7():n}.json");
    private readonly CapturedLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void NoSection_IsAlwaysWithEnrolmentRequired()
    {
        using var settings = Start("{}", out _);

        Assert.Equal(MfaMode.Always, settings.Current.Policy.Mode);
        Assert.Equal(MfaEnrollmentMode.Required, settings.Current.Policy.Enrollment.Mode);
    }

    [Fact]
    public void ChangedFile_TakesEffectWithoutARestart()
    {
        using var settings = Start("""{ "Mfa": { "Policy": { "Mode": "Never" } } }""", out var configuration);
        var before = settings.Current;

        Change(configuration, """{ "Mfa": { "Policy": { "Rules": [ { "Role": "Admin", "Mode": "Never" } ] } } }""");
        Change(configuration, """{ "Mfa": { "Policy": { "Mode": "Suspicious" } } }""");

        Assert.Equal(MfaMode.Suspicious, settings.Current.Policy.Mode);
        Assert.Empty(settings.Current.Policy.Rules);
        Assert.Equal(MfaMode.Never, before.Policy.Mode);
    }

    [Theory]
    [InlineData("""{ "Mfa": { "PendingSessions": { "MaxAttempts": 0 } } }""", "Mfa:PendingSessions:MaxAttempts is 0: it must be 1 to 10.")]
    [InlineData("""{ "Mfa": { "Policy": { "Mode": "Sometimes" } } }""", "Mfa:Policy:Mode is 'Sometimes': it must be one of Always, Suspicious, Never.")]
    public void ChangeThatCantWork_KeepsTheLastGoodSettingsAndLogsWhy(string changed, string error)
    {
        using var settings = Start("""{ "Mfa": { "PendingSessions": { "MaxAttempts": 3 } } }""", out var configuration);

        Change(configuration, changed);
        Assert.Equal(3, settings.Current.PendingSessions.MaxAttempts);
        Assert.Contains(_log.Errors, e => e.Contains(error, StringComparison.Ordinal));

        Change(configuration, """{ "Mfa": { "PendingSessions": { "MaxAttempts": 4 } } }""");
        Assert.Equal(4, settings.Current.PendingSessions.MaxAttempts);
    }

    [Fact]
    public void BrokenFile_KeepsTheLastGoodSettings()
    {
        using var settings = Start("""{ "Mfa": { "PendingSessions": { "MaxAttempts": 3 } } }""", out var configuration);

        Assert.ThrowsAny<Exception>(() => Change(configuration, "{ half a fi"));

        Assert.Equal(3, settings.Current.PendingSessions.MaxAttempts);
    }

    [Fact]
    public void SettingsThatCantWork_StopTheStart()
    {
        var e = Assert.Throws<OptionsValidationException>(() => Start("""{ "Mfa": { "MaxFactors": 0, "Cookie": { "AllowInsecure": "perhaps" } } }""", out _));

        Assert.Equal(["Mfa:Cookie:AllowInsecure is 'perhaps': it must be true or false.", "Mfa:MaxFactors is 0: it must be 1 to 50."], e.Failures);
    }

    [Fact]
    public void DisposedSettings_NoLongerFollowTheFile()
    {
        var settings = Start("{}", out var configuration);
        settings.Dispose();

        Change(configuration, """{ "Mfa": { "MaxFactors": 3 } }""");

        Assert.Equal(10, settings.Current.MaxFactors);
    }

    /// <summary>A key that isn't known is no error, since it may be the app's own; one that a letter parts from a setting is a mistake.</summary>
    [Theory]
    [InlineData("""{ "Policy": { "Enrolment": { "Mode": "Optional" } } }""", "Mfa:Policy:Enrolment is no setting of MFA and has no effect. Is Enrollment meant?")]
    [InlineData("""{ "auditRequierd": true }""", "Mfa:auditRequierd is no setting of MFA and has no effect. Is AuditRequired meant?")]
    [InlineData("""{ "Methods": { "Totp": { "Digit": 6 } } }""", "Mfa:Methods:Totp:Digit is no setting of MFA and has no effect. Is Digits meant?")]
    [InlineData("""{ "Database": "PostgreSQL", "Redis": { "Configuration": "localhost" }, "Methods": { "TanList": { "Length": 6 } }, "policy": { "MODE": "Always" } }""", null)]
    public void KeyThatLooksLikeASetting_IsWarnedOfAtTheStartAndAtEachChange(string section, string? warning)
    {
        var json = $$"""{ "Mfa": {{section}} }""";
        using var settings = Start(json, out var configuration);
        Assert.Equal(warning, _log.Warnings.SingleOrDefault());

        _log.Warnings.Clear();
        Change(configuration, json);
        Assert.Equal(warning, _log.Warnings.Distinct().SingleOrDefault());
    }

    private MfaSettings Start(string json, out IConfigurationRoot configuration)
    {
        File.WriteAllText(_file, json, Encoding.UTF8);
        var root = configuration = new ConfigurationBuilder().AddJsonFile(_file).Build();
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(_log));
        services.AddOptions<MfaOptions>().Configure(o => SettingsReader.Read(root.GetSection("Mfa"), o));
        services.AddSingleton<IOptionsChangeTokenSource<MfaOptions>>(new ConfigurationChangeTokenSource<MfaOptions>(root.GetSection("Mfa")));
        services.AddSingleton<IValidateOptions<MfaOptions>>(new MfaOptionsValidator([new TestMethod("totp", MfaStrength.Otp)]));
        services.AddSingleton<MfaSettings>();
        return services.BuildServiceProvider().GetRequiredService<MfaSettings>();
    }

    /// <summary>Writes the file and does what a file watcher would do.</summary>
    private void Change(IConfigurationRoot configuration, string json)
    {
        File.WriteAllText(_file, json, Encoding.UTF8);
        configuration.Reload();
    }
}
