using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(SecondBrowserTests.Name)]
public sealed class JourneyTests(Chromium chromium, MfaMvcSite site) : IClassFixture<MfaMvcSite>
{
    [Theory]
    [InlineData("alice", true)]
    [InlineData("bob", false)]
    public async Task NewUser_SetsUpAnAuthenticator_AndSignsInWithItsCodesAndWithEachRecoveryCodeOnce(string name, bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site.Address, javaScript);
        var page = await context.NewPageAsync();

        var user = await SetUpAsync(page, name);
        await ExpectSignedInWithAsync(page, "pwd, otp, mfa");

        await SignInAgainAsync(page, name);
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync());
        await page.ExpectProfileAsync(name);
        await ExpectSignedInWithAsync(page, "pwd, otp, mfa");

        var recoveryCode = user.TakeRecoveryCode();
        await SignInAgainAsync(page, name);
        await page.AnswerAsync(recoveryCode);
        await page.ExpectProfileAsync(name);
        await ExpectSignedInWithAsync(page, "pwd, mfa");

        await SignInAgainAsync(page, name);
        await page.AnswerAsync(recoveryCode);
        await page.ExpectErrorAsync("it has been used already. You have 4 attempts left.");
        await page.AnswerAsync(user.TakeRecoveryCode());
        await page.ExpectProfileAsync(name);
    }

    private static async Task<EnrolledUser> SetUpAsync(IPage page, string name)
    {
        await page.GotoAsync("/account/profile");
        await page.PostSignInAsync(name);
        var user = await page.SetUpAsync();
        await page.ExpectProfileAsync(name);
        return user;
    }

    private static async Task SignInAgainAsync(IPage page, string name)
    {
        await page.SignOutAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
    }

    private static Task ExpectSignedInWithAsync(IPage page, string methods) =>
        Assertions.Expect(page.GetByRole(AriaRole.Definition).Last).ToHaveTextAsync(methods);
}
