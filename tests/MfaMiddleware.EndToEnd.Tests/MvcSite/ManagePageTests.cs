using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(BrowserTests.Name)]
public sealed class ManagePageTests(Chromium chromium, EnrolledMvcSite site) : IClassFixture<EnrolledMvcSite>
{
    [Theory]
    [InlineData("alice", true)]
    [InlineData("bob", false)]
    public async Task SignedInUser_RenamesAddsAndRemoves_AndMakesNewRecoveryCodes(string name, bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site.Address, javaScript);
        var page = await OpenAsync(context, name);
        await Assertions.Expect(Factors(page)).ToHaveTextAsync(["Authenticator app"]);

        await RenameAsync(page, "Authenticator app", "Phone");
        await Assertions.Expect(Factors(page)).ToHaveTextAsync(["Phone"]);

        var second = await AddAsync(page, "Tablet");
        await Assertions.Expect(Factors(page)).ToHaveTextAsync(["Phone", "Tablet"]);

        await RemoveAsync(page, "Phone");
        await Assertions.Expect(Factors(page)).ToHaveTextAsync(["Tablet"]);

        var old = site[name].TakeRecoveryCode();
        var codes = await ReplaceCodesAsync(page);
        Assert.DoesNotContain(old, codes);

        await ExpectSignInAsync(page, name, old, second, codes[0]);
    }

    /// <summary>What was removed signs nobody in any more, what was added does.</summary>
    private async Task ExpectSignInAsync(IPage page, string name, string oldRecoveryCode, Authenticator added, string newRecoveryCode)
    {
        await page.GotoAsync("/account/profile");
        await page.SignOutAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(oldRecoveryCode);
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.AnswerAsync(await site[name].Authenticator.NextCodeAsync());
        await page.ExpectErrorAsync("You have 3 attempts left.");
        await page.AnswerAsync(await added.NextCodeAsync());
        await page.ExpectProfileAsync(name);

        await page.SignOutAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(newRecoveryCode);
        await page.ExpectProfileAsync(name);
    }

    private async Task<IPage> OpenAsync(IBrowserContext context, string name)
    {
        var page = await context.NewPageAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(site[name].TakeRecoveryCode());
        await page.ExpectProfileAsync(name);
        await page.GetByRole(AriaRole.Link, new() { Name = "Two-factor authentication" }).ClickAsync();
        await page.ExpectHeadingAsync("Two-factor authentication");
        return page;
    }

    private static ILocator Factors(IPage page) => page.GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Heading);

    private static ILocator Factor(IPage page, string title) =>
        page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = title }) });

    private static async Task RenameAsync(IPage page, string title, string newName)
    {
        var factor = Factor(page, title);
        await factor.GetByText("Rename").ClickAsync();
        await factor.GetByLabel("Name").FillAsync(newName);
        await factor.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await ExpectDoneAsync(page, "It has its new name.");
    }

    private static async Task<Authenticator> AddAsync(IPage page, string title)
    {
        await page.GetByLabel("Name (optional)").FillAsync(title);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add: Authenticator app" }).ClickAsync();
        var authenticator = new Authenticator(await page.ReadSecretAsync());
        await page.AnswerAsync(await authenticator.WrongCodeAsync(), "Finish");
        await page.ExpectErrorAsync("That code isn’t right");
        await page.AnswerAsync(await authenticator.NextCodeAsync(), "Finish");
        await ExpectDoneAsync(page, "It has been added.");
        return authenticator;
    }

    private static async Task RemoveAsync(IPage page, string title)
    {
        var factor = Factor(page, title);
        await factor.Locator("summary", new() { HasText = "Remove" }).ClickAsync();
        await factor.GetByRole(AriaRole.Button, new() { Name = $"Remove {title}" }).ClickAsync();
        await ExpectDoneAsync(page, "It has been removed.");
    }

    private static async Task<IReadOnlyList<string>> ReplaceCodesAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new recovery codes" }).ClickAsync();
        var codes = await page.ReadRecoveryCodesAsync("Your new recovery codes");
        await page.GetByRole(AriaRole.Link, new() { Name = "I have saved them" }).ClickAsync();
        await page.ExpectHeadingAsync("Two-factor authentication");
        return codes;
    }

    private static Task ExpectDoneAsync(IPage page, string text) =>
        Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(text);
}
