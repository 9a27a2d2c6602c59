using System.Net;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>What one node begins, the other one goes on with.</summary>
public sealed class TwoNodesJourneyTests(MvcSitesOnRedis sites) : IClassFixture<MvcSitesOnRedis>
{
    [Fact]
    public async Task EachRequestOnTheOtherNode_SetsUpSignsInStepsUpAndSignsOut_AndACodeWorksOnce()
    {
        await sites.UntilHealthAsync("Healthy");
        using var browser = new AlternatingBrowser(sites.Addresses);

        var user = await EnrollAsync(browser);
        await SignOutAsync(browser);
        await SignInAsync(browser, user);
        await StepUpAsync(browser, user);
        await SignOutAsync(browser);

        // The sessions were on Redis: PostgreSQL would have served two nodes too.
        Assert.InRange(await sites.Redis.ScriptCallsAsync(), 9, int.MaxValue);
    }

    private static async Task<EnrolledUser> EnrollAsync(AlternatingBrowser browser)
    {
        var challenge = await browser.PostAsync("/api/login", Person.CredentialsOf("alice"));
        var started = (await browser.PostAsync("/mfa/enroll", new { mfa_token = challenge["mfa_token"], method = "totp" })).Json!;
        var user = new EnrolledUser((string)started["enrollment"]!["secret"]!, started["recovery_codes"]!.AsArray().Select(code => (string)code!));
        var done = await browser.PostAsync("/mfa", new
        {
            mfa_token = (string)started["mfa_token"]!,
            enrollment_id = (string)started["enrollment"]!["id"]!,
            code = await user.Authenticator.NextCodeAsync(),
        });
        Assert.Equal((HttpStatusCode.OK, "0", "Alice"), (done.Status, done["type"], done["name"]));
        return user;
    }

    /// <summary>On the pages, with a wrong code first.</summary>
    private static async Task SignInAsync(AlternatingBrowser browser, EnrolledUser user)
    {
        var page = await browser.OpenAsync("/account/login");
        page = await browser.SubmitAsync(page, "Sign in", ("email", Person.EmailOf("alice")), ("password", Person.PasswordOf("alice")));
        page = await browser.SubmitAsync(page, "Verify", ("code", await user.Authenticator.WrongCodeAsync()));
        Assert.Contains("You have 4 attempts left.", page, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, "Verify", ("code", await user.Authenticator.NextCodeAsync()));
        Assert.Contains("Hello, Alice", page, StringComparison.Ordinal);
    }

    /// <summary>With a recovery code, which neither node takes again.</summary>
    private static async Task StepUpAsync(AlternatingBrowser browser, EnrolledUser user)
    {
        var code = user.TakeRecoveryCode();
        (HttpStatusCode, string?, string?)[] expected = [(HttpStatusCode.OK, "0", null), (HttpStatusCode.Unauthorized, "1", "invalid_code"), (HttpStatusCode.Unauthorized, "1", "invalid_code")];
        foreach (var outcome in expected)
        {
            var challenge = await browser.PostAsync("/mfa/step-up", new { });
            var done = await browser.PostAsync("/mfa", new { mfa_token = challenge["mfa_token"], code });
            Assert.Equal(outcome, (done.Status, done["type"], done["error"]));
            // An odd number of requests: the next try is answered by the other node.
            await browser.GetAsync("/api/me");
        }

        Assert.Contains("Transfer money", await browser.OpenAsync("/account/transfer"), StringComparison.Ordinal);
    }

    private static async Task SignOutAsync(AlternatingBrowser browser)
    {
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/me")).Status);
        await browser.SubmitAsync(await browser.OpenAsync("/account/profile"), "Sign out");
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/me")).Status);
    }
}
