using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

public sealed class RefusedNumberTests
{
    [Fact]
    public async Task RefusedNumber_IsToldWhy()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddUI();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
            o.Settings["Methods:Hotp:Enabled"] = "true";
        });
        using var browser = new Browser(host);
        var choose = await browser.SignInAsync("alice");
        Assert.StartsWith("We don’t send messages to this country", (await BeginAsync(browser, choose, "+881 612 345678")).Notice, StringComparison.Ordinal);
        var codes = await BeginAsync(browser, choose, "+49 151 23456742");
        Assert.Equal(10, codes.RecoveryCodes.Count);
        await browser.AnswerAsync(await browser.GetAsync(choose.Path + "&step=confirm&saved=on"), SmsRecorder.Of(host).LastCode);

        Assert.Equal("This number is set up for your account already.", await AddAsync(browser, "phone", "+49 151 23456742"));
        Assert.StartsWith("We don’t send messages to this country", await AddAsync(browser, "phone", "+49 900 1234567"), StringComparison.Ordinal);
        Assert.StartsWith("That number can’t be used.", await AddAsync(browser, "phone", "0151 23456742"), StringComparison.Ordinal);
        Assert.StartsWith("That is no secret of a token.", await AddAsync(browser, "secret", "zz"), StringComparison.Ordinal);
        Assert.Equal("The counter must be a number, 0 or more.", await AddAsync(browser, "counter", "-1"));
        browser.Language = "de";
        Assert.Equal("Diese Nummer ist für Ihr Konto schon eingerichtet.", await AddAsync(browser, "phone", "+49 151 23456742"));
        Assert.StartsWith("In dieses Land oder an Nummern dieser Art senden wir keine Nachrichten.", await AddAsync(browser, "phone", "+882 16 123 4567"), StringComparison.Ordinal);
        Assert.Single(SmsRecorder.Of(host).Sent);
    }

    private static async Task<string?> AddAsync(Browser browser, string field, string value)
    {
        var fields = (await browser.GetAsync("/mfa/manage")).FormWith(field);
        (fields[field], fields["method"]) = (value, field == "phone" ? "sms" : "hotp");
        return (await browser.PostAsync("/mfa/manage", fields)).Notice;
    }

    private static async Task<Page> BeginAsync(Browser browser, Page choose, string phone)
    {
        var fields = choose.FormWith("phone");
        (fields["phone"], fields["begin"]) = (phone, "sms");
        var page = await browser.PostAsync(choose.Path.Split('?')[0], fields);
        while (page.Status == 303) page = await browser.GetAsync(page.Location!);
        return page;
    }
}
