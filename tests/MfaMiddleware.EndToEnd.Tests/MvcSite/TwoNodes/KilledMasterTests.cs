using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>A browser that two nodes serve in turn, while the Redis master that holds its sign-in is killed.</summary>
public sealed class KilledMasterTests(Chromium chromium, MvcSitesOnACluster sites) : IClassFixture<Chromium>, IClassFixture<MvcSitesOnACluster>
{
    [Fact]
    public async Task MasterKilledBetweenPasswordAndCode_IsAPauseForTheUser_AndNoCodeWorksTwice()
    {
        await sites.UntilHealthAsync("Healthy");
        await using var context = await chromium.NewContextAsync(sites.Proxy.Address);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/account/profile");
        await page.PostSignInAsync("alice");
        var user = await page.SetUpAsync();
        await page.ExpectProfileAsync("alice");
        await page.SignOutAsync();

        var code = await user.Authenticator.NextCodeAsync();
        await SignInWhileTheMasterDiesAsync(page, code);
        await page.SignOutAsync();
        await ExpectUsedAsync(code);
        await StepUpAsync(page, user);
        await page.SignOutAsync();

        AssertServedInTurn();
    }

    private async Task SignInWhileTheMasterDiesAsync(IPage page, string code)
    {
        await page.SignInAsync("alice");
        await page.ExpectVerifyAsync();
        // The last three characters of an id are its user's place in the Cluster.
        var id = HttpUtility.ParseQueryString(new Uri(page.Url).Query)["id"]!;
        var master = await sites.Cluster.MasterOfAsync($"*:{id[..^3]}{{{id[^3..]}}}");

        await sites.Cluster.KillAsync(master);
        var unhealthy = sites.UntilHealthAsync("Unhealthy");
        await AnswerAndRememberAsync(page, code);
        await page.ExpectHeadingAsync("That doesn’t work just now");
        await page.AssertLooksAsync("cluster-master-killed");
        await unhealthy;

        await sites.Cluster.FailOverAsync(master);
        await sites.UntilHealthAsync("Healthy");
        await TryAgainAsync(page);
        await page.AssertLooksAsync("cluster-failed-over");
        await AnswerAndRememberAsync(page, code);
        await page.ExpectProfileAsync("alice");
    }

    /// <summary>As the page says. The node that it comes to may be the last to hear of the new master.</summary>
    private static async Task TryAgainAsync(IPage page)
    {
        var began = TimeProvider.System.GetTimestamp();
        var again = page.GetByRole(AriaRole.Link, new() { Name = "Try again" });
        while (await again.CountAsync() > 0)
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
            await page.ClickThroughAsync(again);
        }

        await page.ExpectVerifyAsync();
    }

    /// <summary>The code that was sent twice, and worked once: another browser is refused it, on either node.</summary>
    private async Task ExpectUsedAsync(string code)
    {
        await using var context = await chromium.NewContextAsync(sites.Proxy.Address);
        var page = await context.NewPageAsync();
        await page.SignInAsync("alice");
        await page.AnswerAsync(code);
        await page.ExpectErrorAsync("it has been used already. You have 4 attempts left.");
        await page.AnswerAsync(code);
        await page.ExpectErrorAsync("it has been used already. You have 3 attempts left.");
    }

    /// <summary>The browser is remembered, so the sign-in asks for nothing; the transfer does.</summary>
    private static async Task StepUpAsync(IPage page, EnrolledUser user)
    {
        await page.SignInAsync("alice");
        await page.ExpectProfileAsync("alice");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Transfer" }));
        await page.ExpectVerifyAsync();
        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Recovery code" }));
        await page.AnswerAsync(user.TakeRecoveryCode());
        await page.ExpectHeadingAsync("Transfer money");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account/transfer$"));
        await page.AssertLooksAsync("cluster-stepped-up");
    }

    private static async Task AnswerAndRememberAsync(IPage page, string code)
    {
        await page.GetByLabel("Don’t ask again in this browser for 14 days").CheckAsync();
        await page.AnswerAsync(code);
    }

    private void AssertServedInTurn()
    {
        // The answer to the killed master, the one after it, the two that are refused, the step-up; and each on the other node than the one before.
        var answers = sites.Proxy.Answers("POST /mfa/verify");
        Assert.Equal([503, 303, 303, 303, 303], answers.Select(answer => answer.Status));
        Assert.Equal([0, 1], answers.Select(answer => answer.Node).Distinct().Order());
        Assert.Equal([0, 1], sites.Proxy.Answers("GET /mfa/verify").Select(answer => answer.Node).Distinct().Order());
    }
}
