using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

public sealed class StrongerSetupTests
{
    [Fact]
    public async Task UserWhoseFactorIsTooWeak_ProvesItAndIsLedToTheSetUpOfAKey()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Mfa = mfa => mfa.AddUI();
            o.Settings["Policy:Rules:0:Path"] = "/form";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
        });
        using var browser = new Browser(host);
        var device = await host.EnrollTotpAsync("alice");

        var setup = await browser.SignInAsync("alice");
        Assert.StartsWith("/mfa/verify", setup.Location, StringComparison.Ordinal);
        var proved = await browser.AnswerAsync(await browser.GetAsync(setup.Location!), device.Code());
        Assert.StartsWith("/mfa/setup", proved.Location, StringComparison.Ordinal);
        var page = await browser.GetAsync(proved.Location!);

        Assert.Contains("This sign-in needs a stronger confirmation than you have.", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Set up a security key", page.Heading);
        Assert.False(await browser.IsSignedInAsync());
    }
}
