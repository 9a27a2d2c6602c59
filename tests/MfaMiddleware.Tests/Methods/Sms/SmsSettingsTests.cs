using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class SmsSettingsTests
{
    [Theory]
    [InlineData("Template", "{name}", "Mfa:Methods:Sms:Template is '{name}': {name} is unknown")]
    [InlineData("Templates:de", "Hallo", "Mfa:Methods:Sms:Templates:de is 'Hallo': it must contain {code}.")]
    [InlineData("Domain", "https://example.com", "Mfa:Methods:Sms:Domain is 'https://example.com'")]
    [InlineData("AllowedCountryCodes:0", "+49", "Mfa:Methods:Sms:AllowedCountryCodes:0 is '+49'")]
    [InlineData("Budgets:NumberPerHour", "0", "Mfa:Methods:Sms:Budgets:NumberPerHour is 0: it must be 1 to 20.")]
    [InlineData("Lifetime", "00:11:00", "Mfa:Methods:Sms:Lifetime is 00:11:00: it must be 00:01:00 to 00:10:00.")]
    [InlineData("Sender", "Pigeon", "Mfa:Methods:Sms:Sender is 'Pigeon': it must be one of Development, Http, Twilio.")]
    [InlineData("Sender", "Twilio", "Mfa:Methods:Sms:Twilio: AuthToken must not be blank.")]
    [InlineData("Sender", "Http", "Mfa:Methods:Sms:Http: Url must not be blank.")]
    public async Task SettingThatCantWork_StopsTheStartWithItsKey(string key, string value, string message)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:" + key] = value;
        }));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoCountry_StopsTheStart()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(o => o.Settings["Methods:Sms:Enabled"] = "true"));

        Assert.Contains("Mfa:Methods:Sms: AllowedCountryCodes must list", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyWhoSends_StopsTheStart()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = null;
        }));

        Assert.Contains("nobody sends", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DevelopmentSender_StopsTheStartOutsideDevelopment()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = null;
            o.Settings["Methods:Sms:Sender"] = "Development";
            o.Environment = "Production";
            o.InMemoryFactorStore = false;
            o.ServicesBefore = services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions
                .AddSingleton<MfaMiddleware.Factors.IMfaFactorStore>(services, new Moq.Mock<MfaMiddleware.Factors.IMfaFactorStore>().Object);
            o.Settings["AcceptEphemeralKeys"] = "true";
        }));

        Assert.Contains("works in Development only", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LogsTheSegmentsOfEveryText()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:Templates:pl"] = "{code} to kod, który działa w {issuer}.";
        });

        Assert.Contains(host.Logs.Lines, line => line.Contains("(default) takes 1 segment(s) of GSM 7 bit", StringComparison.Ordinal));
        Assert.Contains(host.Logs.Lines, line => line.Contains("(pl) takes 1 segment(s) of UCS-2", StringComparison.Ordinal));
    }
}
