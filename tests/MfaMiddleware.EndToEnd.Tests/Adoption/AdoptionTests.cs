using System.Net;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Adoption;

[Collection(BrowserTests.Name)]
public sealed class AdoptionTests(Chromium chromium, AdoptedApp app) : IClassFixture<AdoptedApp>
{
    private static readonly object Carol = new { user = "carol", password = "Carol-pass-1" };

    [Fact]
    public void App_GetsTheLinesOfTheReadme_AndNothingElse()
    {
        var readme = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));

        foreach (var file in AdoptedApp.OriginalFiles)
        {
            Assert.DoesNotContain(AdoptedApp.OriginalLines(file), line => line.Contains("mfa", StringComparison.OrdinalIgnoreCase));
            if (!file.EndsWith(".cs", StringComparison.Ordinal))
                continue;

            var added = app.Lines(file).ToList();
            foreach (var line in AdoptedApp.OriginalLines(file))
                Assert.True(added.Remove(line), $"{file} lost: {line}");
            Assert.All(added, line => Assert.Contains(line, readme));
            Assert.Equal(file == "Program.cs" ? 3 : 0, added.Count);
        }
    }

    [Fact]
    public async Task JsonClient_MakesTheWholeJourney()
    {
        using var client = new JsonClient(app.Address);

        var user = await EnrollAsync(client);
        await AssertCodeWorksOnceAsync(client, await user.Authenticator.NextCodeAsync(), "otp");
        await AssertCodeWorksOnceAsync(client, user.TakeRecoveryCode(), null);
        await AssertTokenEndpointIsGuardedAsync(client, user.TakeRecoveryCode());
    }

    [Fact]
    public async Task Browser_MakesTheWholeJourney()
    {
        await using var context = await chromium.NewContextAsync(app.Address);
        var page = await context.NewPageAsync();

        await SignInAsync(page, "dave", "Dave-pass-1");
        var user = await page.SetUpAsync();
        await page.ExpectHeadingAsync("Hello, dave");
        Assert.Equal("/private", new Uri(page.Url).AbsolutePath);

        await context.ClearCookiesAsync();
        await SignInAsync(page, "dave", "Dave-pass-1");
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(await user.Authenticator.WrongCodeAsync());
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync());
        await page.ExpectHeadingAsync("Hello, dave");
    }

    [Fact]
    public async Task WrongPassword_IsAnsweredAsItWas()
    {
        using var client = new JsonClient(app.Address);
        await using var context = await chromium.NewContextAsync(app.Address);
        var page = await context.NewPageAsync();

        foreach (var path in new[] { "/api/login", "/api/token" })
        {
            var answer = await client.PostAsync(path, new { user = "carol", password = "wrong" });
            Assert.Equal((HttpStatusCode.Unauthorized, "", ""), (answer.Status, answer.Body, answer.Cookies));
        }

        await SignInAsync(page, "carol", "wrong");
        await Assertions.Expect(page.GetByLabel("User")).ToHaveValueAsync("");
        Assert.Equal("/login", new Uri(page.Url).AbsolutePath);
        Assert.DoesNotContain(await context.CookiesAsync(), cookie => !cookie.Name.Contains("Antiforgery", StringComparison.Ordinal));
    }

    private static async Task<EnrolledUser> EnrollAsync(JsonClient client)
    {
        var challenge = await ChallengeAsync(client, "/api/login");
        var enrollment = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge["mfa_token"], method = "totp" });
        var started = enrollment.Json!["enrollment"]!;
        var user = new EnrolledUser((string)started["secret"]!, enrollment.Json["recovery_codes"]!.AsArray().Select(code => (string)code!));

        var wrong = await AnswerAsync(enrollment["mfa_token"], await user.Authenticator.WrongCodeAsync());
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_code", "4"), (wrong.Status, wrong["error"], wrong["attempts_remaining"]));

        var done = await AnswerAsync(wrong["mfa_token"], await user.Authenticator.NextCodeAsync());
        await AssertSignedInAsync(client, done, "otp");
        return user;

        Task<JsonAnswer> AnswerAsync(string? token, string code) =>
            client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = (string)started["id"]!, code });
    }

    private static async Task AssertCodeWorksOnceAsync(JsonClient client, string code, string? otp)
    {
        var done = await client.AnswerAsync(await ChallengeAsync(client, "/api/login"), code);
        await AssertSignedInAsync(client, done, otp);

        var replay = await client.AnswerAsync(await ChallengeAsync(client, "/api/login"), code);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_code", ""), (replay.Status, replay["error"], replay.Cookies));
    }

    private static async Task AssertTokenEndpointIsGuardedAsync(JsonClient client, string code)
    {
        var challenge = await ChallengeAsync(client, "/api/token");
        Assert.Null(challenge["accessToken"]);

        var done = await client.AnswerAsync(challenge, code);
        Assert.Equal((HttpStatusCode.OK, "Bearer"), (done.Status, done["tokenType"]));
        Assert.DoesNotContain(".AspNetCore", done.Cookies, StringComparison.Ordinal);

        var me = await client.GetAsync("/api/whoami", bearer: done["accessToken"]);
        Assert.Contains("mfa", Amr(me));
    }

    private static async Task<JsonAnswer> ChallengeAsync(JsonClient client, string path)
    {
        var challenge = await client.PostAsync(path, Carol);
        Assert.Equal((HttpStatusCode.OK, "1", ""), (challenge.Status, challenge["type"], challenge.Cookies));
        return challenge;
    }

    private static async Task AssertSignedInAsync(JsonClient client, JsonAnswer done, string? otp)
    {
        Assert.Equal((HttpStatusCode.OK, "0"), (done.Status, done["type"]));
        var me = await client.GetAsync("/api/whoami", cookies: done.Cookies);
        Assert.Equal(otp is null ? ["mfa"] : [otp, "mfa"], Amr(me));
    }

    private static string[] Amr(JsonAnswer me) =>
        [.. me.Json!.AsArray().Where(claim => (string)claim!["type"]! == "amr").Select(claim => (string)claim!["value"]!)];

    private static async Task SignInAsync(IPage page, string user, string password)
    {
        await page.GotoAsync("/login");
        await page.GetByLabel("User").FillAsync(user);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
