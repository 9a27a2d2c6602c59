using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>A phone number is set up and added on the pages, in a browser without script.</summary>
public sealed class PhoneSetupTests : IAsyncLifetime
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
        });
        _browser = new Browser(_host);
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task FirstNumber_IsEnteredProvedAndSignsIn()
    {
        var choose = await _browser.SignInAsync("bob");
        Assert.Equal("Text message", choose.Document.QuerySelector("button[value=sms]")!.TextContent);

        var refused = await BeginAsync(choose, "0151 23456742");
        Assert.Contains("That number can’t be used.", refused.Notice, StringComparison.Ordinal);
        Assert.Empty(SmsRecorder.Of(_host).Sent);

        var codes = await BeginAsync(choose, "+49 151 23456742");
        Assert.Equal(10, codes.RecoveryCodes.Count);
        var confirm = await _browser.GetAsync(choose.Path + "&step=confirm&saved=on");
        Assert.Contains("We sent a code to •••• 42.", confirm.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);

        var tooSoon = await BeginAsync(choose, "+49 151 23456743");
        Assert.Equal((429, 1), (tooSoon.Status, SmsRecorder.Of(_host).Sent.Count));

        var done = await _browser.AnswerAsync(confirm, SmsRecorder.Of(_host).LastCode);
        Assert.Equal((303, "/home"), (done.Status, done.Location));
        Assert.True(await _browser.IsSignedInAsync());
    }

    [Fact]
    public async Task FurtherNumber_IsAddedOnTheManagePageAndShownMasked()
    {
        await FirstNumber_IsEnteredProvedAndSignsIn();
        // The list is by age.
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var manage = await _browser.GetAsync("/mfa/manage");
        var fields = manage.FormWith("phone");
        (fields["phone"], fields["method"]) = ("+49 151 23456799", "sms");

        var begun = await _browser.PostAsync("/mfa/manage", fields);
        var add = await _browser.GetAsync(begun.Location!);
        Assert.Contains("We sent a code to •••• 99.", add.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal);
        await _browser.AnswerAsync(add, SmsRecorder.Of(_host).LastCode);

        var headings = (await _browser.GetAsync("/mfa/manage")).Document.QuerySelectorAll(".mfa-factors h2").Select(h => h.TextContent);
        Assert.Equal(["Text message •••• 42", "Text message •••• 99"], headings);
    }

    private async Task<Page> BeginAsync(Page choose, string phone)
    {
        var fields = choose.FormWith("phone");
        (fields["phone"], fields["begin"]) = (phone, "sms");
        var page = await _browser.PostAsync(choose.Path.Split('?')[0], fields);
        while (page.Status == 303) page = await _browser.GetAsync(page.Location!);
        return page;
    }
}
