using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(BrowserTests.Name)]
public sealed class VerifyPageTests(Chromium chromium, EnrolledMvcSite site)
{
    [Fact]
    public async Task WrongCode_SaysHowManyAttemptsAreLeft_AndTheLastOneEndsTheSignIn()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "admin");
        var wrong = await site["admin"].Authenticator.WrongCodeAsync();

        foreach (var left in new[] { "4 attempts", "3 attempts", "2 attempts", "one attempt" })
        {
            await page.AnswerAsync(wrong);
            await page.ExpectErrorAsync($"That code isn’t right, or it has been used already. You have {left} left.");
        }

        await page.AnswerAsync(wrong);
        await page.ExpectHeadingAsync("Too many wrong codes");
        await ExpectWayBackAsync(page);
    }

    /// <summary>What answered a form itself was ERR_CACHE_MISS on the way back, and a question about sending the form again at a reload.</summary>
    [Fact]
    public async Task BackAndReloadAfterAWrongCode_ShowTheFormAgain()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "alice");
        var posts = 0;
        page.Request += (_, request) => posts += request.Method == "POST" ? 1 : 0;
        await page.AnswerAsync(await site["alice"].Authenticator.WrongCodeAsync());
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.ReloadAsync();
        await page.ExpectErrorAsync("You have 4 attempts left.");

        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Recovery code" }));
        await page.GoBackAsync();
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.GoBackAsync();
        await page.ExpectVerifyAsync();
        await page.GoForwardAsync();
        await page.ExpectErrorAsync("You have 4 attempts left.");
        Assert.Equal(1, posts);

        await page.AnswerAsync(site["alice"].TakeRecoveryCode());
        await page.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task DoubleClick_SignsIn()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "alice");

        await page.Locator("input[name=code]").FillAsync(site["alice"].TakeRecoveryCode());
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).DblClickAsync();

        await page.ExpectProfileAsync("alice");
    }

    /// <summary>
    /// What a double click without script sends. The browser shows the last answer and may drop the first, its cookie included;
    /// so the answers are looked at without one.
    /// </summary>
    [Fact]
    public async Task FormSentTwiceAtOnce_SignsInOnce_AndLeadsOnFromThen()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "alice");
        await page.Locator("input[name=code]").FillAsync(site["alice"].TakeRecoveryCode());
        var form = context.APIRequest.CreateFormData();
        foreach (var field in await page.Locator("form[data-mfa-once] input").AllAsync())
            form.Append((await field.GetAttributeAsync("name"))!, await field.InputValueAsync());

        var answers = await Task.WhenAll(SendAsync(), SendAsync());
        var later = await SendAsync();

        var signIn = Assert.Single(answers, IsSignIn);
        // Who comes while the first is being checked is led back to the form; who comes after it is led on.
        Assert.Equal(303, answers.Single(answer => answer != signIn).Status);
        Assert.False(IsSignIn(later));
        Assert.All([signIn, later], answer => Assert.Equal((303, "/account/profile"), (answer.Status, answer.Headers["location"])));

        Task<IAPIResponse> SendAsync() => context.APIRequest.PostAsync("/mfa/verify", new() { Form = form, MaxRedirects = 0 });
    }

    private static bool IsSignIn(IAPIResponse answer) =>
        answer.Headers.TryGetValue("set-cookie", out var cookies) && cookies.Contains(".AspNetCore.Cookies=", StringComparison.Ordinal);

    [Fact]
    public async Task BackButtonAfterCompletion_LeadsOnToWhereTheSignInWent()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "alice");
        await page.AnswerAsync(site["alice"].TakeRecoveryCode());
        await page.ExpectProfileAsync("alice");

        await page.GoBackAsync();

        await page.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task Cancel_LeadsBackToTheSignIn_AndItsPageHasEnded()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "bob");
        var address = page.Url;

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.ExpectHeadingAsync("Sign in");
        await page.GotoAsync(address);

        await page.ExpectHeadingAsync("This sign-in has ended");
        await ExpectWayBackAsync(page);
    }

    [Fact]
    public async Task CancelAndSignInAgain_EndWhereTheUserWantedToGo()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/account/transfer");
        await page.PostSignInAsync("alice");
        await page.ExpectVerifyAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }));
        await page.ExpectHeadingAsync("Sign in");

        await page.PostSignInAsync("alice");
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(site["alice"].TakeRecoveryCode());

        await page.ExpectHeadingAsync("Transfer money");
    }

    [Fact]
    public async Task UnknownSignIn_LeadsBackToTheSignIn()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "bob");

        var response = await page.GotoAsync("/mfa/verify?id=AAAAAAAAAAAAAAAAAAAAAA");

        Assert.Equal(400, response!.Status);
        await page.ExpectHeadingAsync("This sign-in has ended");
        await ExpectWayBackAsync(page);
    }

    [Fact]
    public async Task SignInOfAnotherBrowser_IsAPageThatSaysSo_WithoutARedirect()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        await using var other = await chromium.NewContextAsync(site.Address);
        var address = (await StartSignInAsync(context, "bob")).Url;
        var page = await other.NewPageAsync();

        var response = await page.GotoAsync(address);

        Assert.Equal((400, address), (response!.Status, page.Url));
        Assert.Null(response.Request.RedirectedFrom);
        await page.ExpectHeadingAsync("Your browser didn’t send the cookie of this sign-in");
        await ExpectWayBackAsync(page);
    }

    private static async Task<IPage> StartSignInAsync(IBrowserContext context, string name)
    {
        var page = await context.NewPageAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        return page;
    }

    private static async Task ExpectWayBackAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to sign-in" }).ClickAsync();
        await page.ExpectHeadingAsync("Sign in");
    }
}
