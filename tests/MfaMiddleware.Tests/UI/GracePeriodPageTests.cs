using System.Globalization;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>Who may still sign in without a factor is told until when.</summary>
public sealed class GracePeriodPageTests
{
    [Fact]
    public async Task ManagePage_SaysUntilWhen_AndNoLongerOnceThereIsAFactor()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Enrollment:GracePeriod"] = "14.00:00:00";
            o.Mfa = mfa => mfa.AddUI();
        });
        using var browser = new Browser(host);
        var until = host.Clock.GetUtcNow().AddDays(14).UtcDateTime.ToString("D", CultureInfo.CurrentCulture);
        Assert.Equal("/home", (await browser.PostAsync("/form", new() { ["user"] = "alice" })).Location);

        Assert.Contains($"Set up two-factor authentication by {until}.", await TextOfManageAsync(browser), StringComparison.Ordinal);

        // The deadline stays where it began.
        host.Clock.Advance(TimeSpan.FromDays(3));
        await browser.PostAsync("/form", new() { ["user"] = "alice" });
        Assert.Contains($"by {until}.", await TextOfManageAsync(browser), StringComparison.Ordinal);

        await host.EnrollTotpAsync("alice");
        Assert.DoesNotContain(until, await TextOfManageAsync(browser), StringComparison.Ordinal);
    }

    private static async Task<string> TextOfManageAsync(Browser browser) => (await browser.GetAsync("/mfa/manage")).Document.Body!.TextContent;
}
