using System.Net;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>The way back of a user who lost everything.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class AccessCodeJourneyTests(Chromium chromium, ShippedMvcSite site)
{
    [Fact]
    public async Task UserWhoLostEverything_SignsInOnceWithTheAdminsCode_AndSetsUpANewFactor()
    {
        using var client = new JsonClient(site.Address);
        await client.EnrollAsync(await client.PostAsync("/api/login", Person.CredentialsOf("bob")));
        var admin = await OpenAsAdminAsync();
        await using var adminContext = admin.Context;
        var page = await site.OpenAsync(chromium);
        await using var context = page.Context;

        var code = await MakeCodeAsync(admin, looks: true);
        await AnswerWithAccessCodeAsync(page, code);
        await page.ExpectProfileAsync("bob");
        await page.GotoAsync("/admin");
        await page.ExpectHeadingAsync("Not for you");
        await page.OpenManageAsync();
        await page.BeginAddingAsync("Authenticator app");
        var app = new Authenticator(await page.ReadSecretAsync());
        await page.AnswerAsync(await app.NextCodeAsync(), "Finish");
        await page.ExpectDoneAsync("It has been added.");

        await SignInAgainAsync(page);
        await Assertions.Expect(page.Locator(".mfa-others")).Not.ToContainTextAsync("Access code");
        await page.AnswerAsync(code);
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await AssertRefusedByNameAsync(client, code);
        await page.AnswerAsync(await app.NextCodeAsync());
        await page.ExpectProfileAsync("bob");

        await AssertThiefIsOutAsync(admin, page);
        await AssertToldAsync();
    }

    /// <summary>On the page it might have been taken for a wrong recovery code.</summary>
    private static async Task AssertRefusedByNameAsync(JsonClient client, string code)
    {
        var challenge = await client.PostAsync("/api/login", Person.CredentialsOf("bob"));
        var answer = await client.PostAsync("/mfa", new { mfa_token = challenge["mfa_token"], method = "access_code", code });
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_code"), (answer.Status, answer["error"]));
    }

    /// <summary>After a reset the password alone sets nothing up: the thief may have it.</summary>
    private static async Task AssertThiefIsOutAsync(IPage admin, IPage page)
    {
        await admin.GotoAsync("/admin");
        var bob = Account(admin);
        await bob.GetByText("What they had was stolen").ClickAsync();
        await admin.ClickThroughAsync(bob.GetByRole(AriaRole.Button, new() { Name = "Remove everything" }));
        await Assertions.Expect(Account(admin)).ToContainTextAsync("No second factor.");

        await SignInAgainAsync(page);
        await page.ExpectHeadingAsync("This can’t be set up now");
        var code = await MakeCodeAsync(admin, looks: false);
        await page.SignInAsync("bob");
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(code);
        await page.ExpectHeadingAsync("Set up two-factor authentication");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Authenticator app" }));
        await page.SetUpAsync();
        await page.ExpectProfileAsync("bob");
    }

    private async Task<IPage> OpenAsAdminAsync()
    {
        var page = await site.OpenAsync(chromium);
        await page.GotoAsync("/admin");
        await page.PostSignInAsync("admin");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Authenticator app" }));
        await page.SetUpAsync();
        await page.ExpectHeadingAsync("Users");
        await page.AssertLooksAsync("site-admin");
        return page;
    }

    private static ILocator Account(IPage admin) => admin.GetByRole(AriaRole.Region, new() { Name = "Bob" });

    private static async Task<string> MakeCodeAsync(IPage admin, bool looks)
    {
        await admin.ClickThroughAsync(Account(admin).GetByRole(AriaRole.Button, new() { Name = "Make an access code" }));
        await admin.ExpectHeadingAsync("Access code for Bob");
        if (looks) await admin.AssertLooksAsync("site-access-code");
        return await admin.Locator("#access-code").InnerTextAsync();
    }

    private static async Task AnswerWithAccessCodeAsync(IPage page, string code)
    {
        await page.SignInAsync("bob");
        await page.ExpectVerifyAsync();
        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Access code" }));
        await page.AssertLooksAsync("verify-access-code");
        await page.AnswerAsync(code);
    }

    private static async Task SignInAgainAsync(IPage page)
    {
        await page.GotoAsync("/account/profile");
        await page.SignOutAsync();
        await page.SignInAsync("bob");
    }

    private async Task AssertToldAsync()
    {
        var notices = await Outbox.ReadAsync(site.Address, Person.EmailOf("bob"));
        string[] expected =
        [
            "new second factor: authenticator app", "An access code for your account was made. An administrator did this.", "The access code for your account was used.",
            "new second factor: authenticator app", "All second factors of your account were removed. An administrator did this.",
            "An access code for your account was made. An administrator did this.", "The access code for your account was used.", "new second factor: authenticator app",
        ];
        Assert.Equal(expected.Length, notices.Count);
        Assert.All(expected.Zip(notices), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }
}
