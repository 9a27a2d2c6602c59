using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(BrowserTests.Name)]
public sealed class TwoTabsTests(Chromium chromium, EnrolledMvcSite site)
{
    [Fact]
    public async Task TwoSignIns_EachCompletes()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var first = await StartSignInAsync(context, "alice");
        var second = await StartSignInAsync(context, "alice");
        Assert.NotEqual(first.Url, second.Url);

        await first.AnswerAsync(site["alice"].TakeRecoveryCode());
        await first.ExpectProfileAsync("alice");

        // The form was made for nobody, and now somebody is signed in.
        await second.AnswerAsync(site["alice"].TakeRecoveryCode());
        await second.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task StaleForm_IsShownAgain_AndSpendsNoAttempt()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var first = await StartSignInAsync(context, "bob");
        var second = await context.NewPageAsync();
        await second.GotoAsync(first.Url);
        await second.ExpectVerifyAsync();
        var wrong = await site["bob"].Authenticator.WrongCodeAsync();
        await first.AnswerAsync(wrong);
        await first.ExpectErrorAsync("You have 4 attempts left.");

        await second.AnswerAsync(wrong);
        await Assertions.Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("out of date, so the code was not checked");

        await second.AnswerAsync(wrong);
        await second.ExpectErrorAsync("You have 3 attempts left.");
        await second.AnswerAsync(site["bob"].TakeRecoveryCode());
        await second.ExpectProfileAsync("bob");
    }

    private static async Task<IPage> StartSignInAsync(IBrowserContext context, string name)
    {
        var page = await context.NewPageAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        return page;
    }
}
