using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class SentCodeTests(Chromium chromium, StateHost host)
{
    [Theory]
    [InlineData("anna", true)]
    [InlineData("otto", false)]
    public async Task Code_IsSentAndSentAgainAndSignsIn(string user, bool javaScript)
    {
        await host.EnrollMessageAsync(user);
        await using var context = await chromium.NewContextAsync(host.Address, javaScript);
        var page = await context.NewPageAsync();
        await page.SignInHereAsync(user);
        await page.ExpectVerifyAsync();
        await Assertions.Expect(page.Locator("input[name=code]")).ToHaveCountAsync(0);

        await page.SendCodeAsync();
        await Assertions.Expect(page.Locator("#hint")).ToHaveTextAsync("We sent a code to •••• 42. Enter it here.");
        var (first, again) = (host.Messages.Sent[^1], page.GetByRole(AriaRole.Button, new() { Name = "Send again" }));
        if (javaScript)
        {
            await Assertions.Expect(again).ToBeDisabledAsync();
            await Assertions.Expect(page.Locator("#wait")).ToContainTextAsync("You can have another code sent in 0:");
        }
        else
        {
            await again.ClickAsync();
            await page.ExpectErrorAsync("No new code was sent. Wait 30 seconds, then try again.");
        }

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await page.ReloadAsync();
        await again.ClickAsync();
        await Assertions.Expect(page.Locator("#wait")).ToContainTextAsync("You can have another code sent in");
        await page.AnswerAsync(first);
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.AnswerAsync(host.Messages.Sent[^1]);
        await page.ExpectHomeAsync(user);
    }
}
