using System.Xml.Linq;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Tests.Conventions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>Why a user is asked, in plain words, where the host allows it.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public async Task Challenge_SaysWhy_OnlyWhereTheHostAllowsIt_AndNothingOfTheHostsOwnSignals()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            (o.Settings["Policy:Mode"], o.Settings["Policy:ExplainToUser"]) = ("Suspicious", "true");
            o.Mfa = mfa => mfa.AddUI().AddRiskSignal<PayrollSignal>();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
        });
        using var client = host.Client();
        await client.EnrollAsync(host, "alice");
        using var browser = new Browser(host);

        Assert.Equal(["We ask because this is a new device."], WhyOf(await browser.SignInAsync("alice")));
        Assert.Equal("""["new_device"]""", (await client.LoginAsync("alice")).Json["reasons"]!.ToJsonString());
        browser.Language = "de";
        Assert.Equal(["Wir fragen nach, weil dies ein neues Gerät ist."], WhyOf(await browser.SignInAsync("alice")));

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Addresses:Deny:0"] = "127.0.0.0/8";
        configuration["Mfa:Addresses:Deny:1"] = "::1";
        configuration.Reload();
        browser.Language = "en";
        Assert.Equal(["We ask because you come from an address that is not trusted and this is a new device."], WhyOf(await browser.SignInAsync("alice")));

        configuration["Mfa:Policy:ExplainToUser"] = "false";
        configuration.Reload();
        Assert.Empty(WhyOf(await browser.SignInAsync("alice")));
        Assert.Null((await client.LoginAsync("alice")).Json["reasons"]);
        Assert.Contains("payroll_day", host.Events.All.Last(e => e.Name == "SignInChallenged").Reasons);
    }

    [Theory]
    [InlineData("MfaPagesResources.resx")]
    [InlineData("MfaPagesResources.de.resx")]
    public void EveryReasonThatIsTold_HasItsWords(string file)
    {
        var texts = XDocument.Load(Path.Combine(LayoutTests.FindRoot(), "src", "MfaMiddleware.UI", "Resources", file));
        var names = texts.Root!.Elements("data").Select(d => (string)d.Attribute("name")!).ToHashSet();

        Assert.Empty(ToldReasons.Known.Select(code => $"Reason_{code}").Except(names));
    }

    [Fact]
    public void BothLanguages_HaveTheSameTexts()
    {
        var names = new[] { "MfaPagesResources.resx", "MfaPagesResources.de.resx" }
            .Select(file => XDocument.Load(Path.Combine(LayoutTests.FindRoot(), "src", "MfaMiddleware.UI", "Resources", file)))
            .Select(texts => texts.Root!.Elements("data").Select(d => (string)d.Attribute("name")!).Order(StringComparer.Ordinal))
            .ToList();

        Assert.Equal(names[0], names[1]);
    }

    private static IEnumerable<string> WhyOf(Page page) => page.Document.QuerySelectorAll(".mfa-why").Select(e => e.TextContent);

    /// <summary>A signal of a host: its code is nobody's business.</summary>
    private sealed class PayrollSignal : IRiskSignal
    {
        public string Name => "payroll";

        public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken) => new(new RiskFinding("payroll_day", RiskConfidence.Low));
    }
}
