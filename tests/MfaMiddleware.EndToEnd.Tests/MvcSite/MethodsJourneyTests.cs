using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>Every method that MvcSite offers, as a newcomer meets it: set up, used, one of them removed, and the owner told of it all.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class MethodsJourneyTests(Chromium chromium, ShippedMvcSite site)
{
    private const string Number = "+4915123456742";

    [Fact]
    public async Task User_SetsUpEveryMethod_SignsInWithEach_RemovesOne_AndIsToldOfEachChange()
    {
        var page = await site.OpenAsync(chromium);
        await using var context = page.Context;
        await VirtualKey.PlugInAsync(page);

        await SetUpKeyAsync(page);
        await page.OpenManageAsync();
        var app = await AddAppAsync(page);
        var token = await AddTokenAsync(page);
        await AddPhoneAsync(page);
        await page.AssertLooksAsync("manage-every-method");

        await page.GotoAsync("/account/profile");
        await SignInWithPhoneAsync(page);
        await SignInWithAsync(page, "Authenticator app", app.NextCodeAsync, "otp");
        await SignInWithAsync(page, "Token", () => Oathtool.CodeOfPressAsync(token, 1), "otp");
        await SignInWithKeyAsync(page);
        await page.OpenManageAsync();
        await page.RemoveAsync("Token");
        await page.ExpectFactorsAsync("Security key", "Authenticator app", "Text message •••• 42");
        await ExpectNoticesAsync("new second factor: security key", "new second factor: authenticator app", "new second factor: token", "new second factor: text message", "removed: token");
        await page.GotoAsync("/dev/outbox");
        await page.AssertLooksAsync("site-outbox");
    }

    private static async Task SetUpKeyAsync(IPage page)
    {
        await page.SignInAsync("alice");
        await page.ExpectHeadingAsync("Set up two-factor authentication");
        await page.AssertLooksAsync("setup-choose");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Security key" }));
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Continue" }));
        await page.GetByLabel("I have saved my recovery codes").CheckAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Continue" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up your security key" }).ClickAsync();
        await page.ExpectProfileAsync("alice");
    }

    private static async Task<Authenticator> AddAppAsync(IPage page)
    {
        await page.BeginAddingAsync("Authenticator app");
        var app = new Authenticator(await page.ReadSecretAsync());
        await page.AnswerAsync(await app.NextCodeAsync(), "Finish");
        await page.ExpectDoneAsync("It has been added.");
        return app;
    }

    private static async Task<string> AddTokenAsync(IPage page)
    {
        await page.BeginAddingAsync("Token");
        var secret = await page.ReadSecretAsync();
        await page.AssertLooksAsync("manage-add-token");
        await page.AnswerAsync(await Oathtool.CodeOfPressAsync(secret, 0), "Finish");
        await page.ExpectDoneAsync("It has been added.");
        return secret;
    }

    private async Task AddPhoneAsync(IPage page)
    {
        await page.GetByLabel("Mobile number, with country code").FillAsync("+49 151 23456742");
        await page.BeginAddingAsync("Text message");
        await Assertions.Expect(page.GetByText("We sent a code to •••• 42.")).ToBeVisibleAsync();
        await page.AssertLooksAsync("manage-add-phone");
        var code = await Outbox.ReadCodeAsync(page.Context, Number);
        Assert.StartsWith(code, Assert.Single(await Outbox.ReadAsync(site.Address, Number)), StringComparison.Ordinal);
        await page.AnswerAsync(code, "Finish");
        await page.ExpectDoneAsync("It has been added.");
    }

    /// <summary>The best method comes first.</summary>
    private static async Task SignInWithKeyAsync(IPage page)
    {
        await SignInAgainAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use your security key" }).ClickAsync();
        await ExpectSignedInAsync(page, "pop");
    }

    private static async Task SignInWithAsync(IPage page, string method, Func<Task<string>> code, string amr)
    {
        await SignInAgainAsync(page);
        await TryAnotherWayAsync(page, method);
        if (method == "Token") await page.AssertLooksAsync("verify-token");
        await page.AnswerAsync(await code());
        await ExpectSignedInAsync(page, amr);
    }

    private static async Task SignInWithPhoneAsync(IPage page)
    {
        await SignInAgainAsync(page);
        await TryAnotherWayAsync(page, "Text message");
        await page.AssertLooksAsync("verify-phone");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Send code" }));
        await page.AssertLooksAsync("verify-phone-sent");
        await page.AnswerAsync(await Outbox.ReadCodeAsync(page.Context, Number));
        await ExpectSignedInAsync(page, "sms");
    }

    private static async Task SignInAgainAsync(IPage page)
    {
        await page.SignOutAsync();
        await page.SignInAsync("alice");
        await page.ExpectVerifyAsync();
    }

    private static async Task TryAnotherWayAsync(IPage page, string method)
    {
        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = method }));
    }

    private static async Task ExpectSignedInAsync(IPage page, string amr)
    {
        await page.ExpectProfileAsync("alice");
        await Assertions.Expect(page.GetByRole(AriaRole.Definition).Last).ToHaveTextAsync($"pwd, {amr}, mfa");
    }

    private async Task ExpectNoticesAsync(params string[] expected)
    {
        var notices = await Outbox.ReadAsync(site.Address, Person.EmailOf("alice"));
        Assert.Equal(expected.Length, notices.Count);
        Assert.All(expected.Zip(notices), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }
}
