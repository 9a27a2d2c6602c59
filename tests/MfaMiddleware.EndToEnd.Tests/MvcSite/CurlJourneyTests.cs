using System.Text.Json.Nodes;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>The journey of the README: curl and oathtool alone.</summary>
public sealed class CurlJourneyTests(ShippedMvcSite site) : IClassFixture<ShippedMvcSite>
{
    private static readonly object Alice = new { email = "alice@example.com", password = "Alice-pass-1" };

    [Fact]
    public async Task Newcomer_EnrollsAndSignsIn_AndACodeWorksOnce()
    {
        using var curl = new Curl(site.Address);

        var authenticator = await EnrollAsync(curl);
        await AssertSignedInAsync(curl);

        var next = await authenticator.NextCodeAsync();
        using var again = new Curl(site.Address);
        var (status, done) = await SignInAsync(again, next);
        Assert.Equal((200, 0, "Alice"), (status, (int)done["type"]!, (string)done["name"]!));
        await AssertSignedInAsync(again);

        using var replay = new Curl(site.Address);
        (status, done) = await SignInAsync(replay, next);
        Assert.Equal((401, 1, "invalid_code"), (status, (int)done["type"]!, (string)done["error"]!));
        Assert.Equal(4, (int)done["attempts_remaining"]!);
    }

    private static async Task<Authenticator> EnrollAsync(Curl curl)
    {
        var (status, challenge) = await curl.PostAsync("api/login", Alice);
        Assert.Equal((200, 1), (status, (int)challenge["type"]!));
        Assert.Equal(["fido", "totp", "hotp", "sms"], challenge["enroll"]!.AsArray().Select(method => (string)method!));

        var token = (string)challenge["mfa_token"]!;
        (_, var enrollment) = await curl.PostAsync("mfa/enroll", new { mfa_token = token, method = "totp" });
        var authenticator = new Authenticator((string)enrollment["enrollment"]!["secret"]!);
        var code = await authenticator.NextCodeAsync();

        (status, var done) = await curl.PostAsync(
            "mfa", new { mfa_token = token, enrollment_id = (string)enrollment["enrollment"]!["id"]!, code });
        Assert.Equal((200, 0, "Alice"), (status, (int)done["type"]!, (string)done["name"]!));
        return authenticator;
    }

    private static async Task<(int Status, JsonNode Json)> SignInAsync(Curl curl, string code)
    {
        var (status, challenge) = await curl.PostAsync("api/login", Alice);
        Assert.Equal((200, 1), (status, (int)challenge["type"]!));
        return await curl.PostAsync("mfa", new { mfa_token = (string)challenge["mfa_token"]!, code });
    }

    private static async Task AssertSignedInAsync(Curl curl)
    {
        var (status, me) = await curl.GetAsync("api/me");
        Assert.Equal((200, "1"), (status, (string)me["sub"]!));
        Assert.Equal(["pwd", "otp", "mfa"], me["amr"]!.AsArray().Select(value => (string)value!));
    }
}
