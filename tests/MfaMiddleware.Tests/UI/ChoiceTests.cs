using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>"Try another way", in a browser without script.</summary>
public sealed class ChoiceTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddUI();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
            o.Settings["Methods:Hotp:Enabled"] = "true";
        });
        _browser = new Browser(_host);
        await SmsRecorder.EnrollAsync(_host, "alice", "+49 151 23456742");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        await SmsRecorder.EnrollAsync(_host, "alice", "+49 151 23456723", "second");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task EachNumber_IsAWayOfItsOwn_AndTheAppsAreOne()
    {
        for (var i = 0; i < 2; i++)
        {
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
            await _host.EnrollTotpAsync("alice");
        }

        var page = await _browser.SignInAsync("alice");
        Assert.Equal("totp", page.FormWith("code")["method"]);
        Assert.Equal(["Text message to •••• 23|We send you a code.", "Text message to •••• 42|We send you a code."], Others(page));

        _browser.Language = "de";
        Assert.Equal("Textnachricht an •••• 23|Wir senden Ihnen einen Code.", Others(await _browser.GetAsync(page.Path))[0]);
    }

    [Fact]
    public async Task Code_GoesToTheNumberThatWasChosen()
    {
        var best = await _browser.SignInAsync("alice");
        Assert.Contains("Text message to •••• 23", best.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);

        var other = await _browser.GetAsync(Link(best, "•••• 42"));
        var sent = await SendAsync(other);
        Assert.Equal("+4915123456742", Assert.Single(SmsRecorder.Of(_host).Sent).To);
        Assert.Contains("We sent a code to •••• 42.", sent.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);

        // The other number has nothing to enter, and waits as long: the ladder is the sign-in's.
        var back = await _browser.GetAsync(Link(sent, "•••• 23"));
        Assert.Null(back.Document.QuerySelector("[name=code]"));
        Assert.Equal("You can have another code sent in 30 seconds.", back.Document.QuerySelector("#wait")!.TextContent);
        Assert.Equal(429, (await SendAsync(back)).Status);

        var wrong = await _browser.AnswerAsync(sent, "nonsense");
        Assert.Contains("We sent a code to •••• 42.", wrong.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(303, (await _browser.AnswerAsync(wrong, SmsRecorder.Of(_host).LastCode)).Status);
        Assert.True(await _browser.IsSignedInAsync());
    }

    [Fact]
    public async Task WayThatIsSwitchedOffMeanwhile_IsSaidAndCostsNothing()
    {
        var device = await _host.EnrollTotpAsync("alice");
        var first = await _browser.SignInAsync("alice");
        var page = first.Document.QuerySelector("[name=code]") is null ? await _browser.GetAsync(Link(first, "Authenticator app")) : first;
        Switch("false");

        var refused = await _browser.AnswerAsync(page, device.Code());
        Assert.Equal((200, "That way isn’t available any more, so nothing was checked. Please confirm as shown here."), (refused.Status, refused.Notice));
        Assert.Contains("Text message to •••• 23", refused.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);

        Switch("true");
        Assert.Contains("4 attempts left", (await _browser.AnswerAsync(page, device.WrongCode())).Notice, StringComparison.Ordinal);
    }

    private void Switch(string isOn)
    {
        var configuration = (IConfigurationRoot)_host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Methods:Totp:Enabled"] = isOn;
        configuration.Reload();
    }

    private static string[] Others(Page page) =>
        [.. page.Document.QuerySelectorAll(".mfa-others a").Select(a => $"{a.QuerySelector("span")!.TextContent}|{a.QuerySelector("small")?.TextContent}")];

    private static string Link(Page page, string text) => page.Document.QuerySelectorAll(".mfa-others a").Single(a => a.TextContent.Contains(text, StringComparison.Ordinal)).GetAttribute("href")!;

    private async Task<Page> SendAsync(Page page)
    {
        var fields = page.FormWith("send");
        fields["send"] = "1";
        var answer = await _browser.PostAsync("/mfa/verify", fields);
        return answer.Status == 303 ? await _browser.GetAsync(answer.Location!) : answer;
    }
}
