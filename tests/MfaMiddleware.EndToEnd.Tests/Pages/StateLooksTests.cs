using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>The pages of the states that people seldom see, on a dark phone and a light desktop.</summary>
[Collection(BrowserTests.Name)]
public sealed class StateLooksTests(Chromium chromium, StateHost host)
{
    [Fact]
    public async Task SeveralMethods_AndACodeThatIsSent()
    {
        await host.EnrollAllAsync("several");
        await using var context = await chromium.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await page.SignInHereAsync("several");
        await page.ExpectVerifyAsync();
        await page.GetByText("Try another way").ClickAsync();
        await page.AssertLooksAsync("verify-several");

        await page.GetByRole(AriaRole.Link, new() { Name = "Message" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send code" })).ToBeVisibleAsync();
        await page.AssertLooksAsync("verify-send");
        host.Messages.IsDown = true;
        await page.SendCodeAsync();
        await page.ExpectErrorAsync("The code could not be sent just now.");
        await page.AssertLooksAsync("verify-send-down");
        host.Messages.IsDown = false;
        await page.SendCodeAsync();
        await Assertions.Expect(page.Locator("#hint")).ToContainTextAsync("We sent a code to •••• 42.");
        await page.AssertLooksAsync("verify-sent");
    }

    [Fact]
    public async Task TooManyWrongCodes_AndTheWaitAfterThem()
    {
        var device = await host.EnrollTotpAsync("wrong");
        await using var context = await chromium.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await page.SignInHereAsync("wrong");
        await page.ExpectVerifyAsync();
        foreach (var left in new[] { "4 attempts left", "3 attempts left", "2 attempts left", "one attempt left" })
        {
            await page.AnswerAsync(device.WrongCode());
            await page.ExpectErrorAsync($"You have {left}.");
        }

        await page.AnswerAsync(device.WrongCode());
        await page.ExpectHeadingAsync("Too many wrong codes");
        await page.AssertLooksAsync("problem-too-many-attempts");
        await page.SignInHereAsync("wrong");
        await page.ExpectVerifyAsync();
        await page.ExpectErrorAsync("There were too many wrong codes. Wait 60 seconds");
        await Assertions.Expect(page.GetByRole(AriaRole.Timer)).ToHaveTextAsync(new Regex("^You can try again in 0:[0-5][0-9]\\.$"));
        await page.AssertLooksAsync("verify-must-wait");
        await page.AnswerAsync(device.Code());
        await page.ExpectErrorAsync("There were too many wrong codes. Wait 60 seconds");
        await page.AssertLooksAsync("verify-throttled");

        host.Clock.Advance(TimeSpan.FromSeconds(60));
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await page.AnswerAsync(device.Code());
        await page.ExpectHomeAsync("wrong");
    }

    [Fact]
    public async Task Refusals_AndASignInThatIsOver()
    {
        await host.EnrollTotpAsync("refused");
        await using var context = await chromium.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await page.SignInHereAsync("mallory");
        await page.ExpectHeadingAsync("You can’t sign in here");
        await page.AssertLooksAsync("problem-denied");

        await page.SignInHereAsync("refused");
        await page.ExpectVerifyAsync();
        var address = page.Url;
        await page.GotoAsync($"{host.OtherSite}foreign?target={host.Address}&id=x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Win" }).ClickAsync();
        await page.ExpectHeadingAsync("This form came from another site");
        await page.AssertLooksAsync("problem-foreign");

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await page.GotoAsync(address);
        await page.ExpectHeadingAsync("This sign-in has ended");
        await page.AssertLooksAsync("problem-expired");

        await context.ClearCookiesAsync();
        await page.GotoAsync(address);
        await page.ExpectHeadingAsync("Your browser didn’t send the cookie of this sign-in");
        await page.AssertLooksAsync("problem-cookie");
    }

    [Fact]
    public async Task StoreThatIsDown_AndThenUpAgain()
    {
        var device = await host.EnrollTotpAsync("patient");
        await using var context = await chromium.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await page.SignInHereAsync("patient");
        await page.ExpectVerifyAsync();

        host.Stores.IsDown = true;
        await page.AnswerAsync(device.Code());
        await page.ExpectHeadingAsync("That doesn’t work just now");
        await page.AssertLooksAsync("problem-unavailable");
        host.Stores.IsDown = false;

        await page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(device.Code());
        await page.ExpectHomeAsync("patient");
    }
}
