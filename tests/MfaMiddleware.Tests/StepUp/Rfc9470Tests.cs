using System.Net.Http.Headers;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>The examples of RFC 9470, for a bearer token of this app: sections 3 (the challenge), 4 (the client asks) and 6 (the new token's claims).</summary>
public sealed class Rfc9470Tests
{
    [Fact]
    public async Task Examples_TheChallengeNamesWhatIsMissing_AndTheTokenIssuedForItPasses()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Sessions.NeverAtSignIn(o);
            o.Settings["Acr:MultiFactor"] = "myACR";
            o.Endpoints = app =>
            {
                app.MapGet("/acr", () => "resource").RequireMfa().RequireAuthorization(Bearer);
                app.MapGet("/age", () => "resource").RequireMfa(TimeSpan.FromSeconds(5)).RequireAuthorization(Bearer);
            };
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var issued = await client.PostAsync("/token", new { user = "alice" });
        var token = ("Authorization", "Bearer " + issued["accessToken"]);

        // Section 3: acr_values="myACR", and max_age="5".
        var acr = Parameters(await client.GetAsync("/acr", token));
        Assert.Equal(("insufficient_user_authentication", "myACR", "900"), (acr["error"], acr["acr_values"], acr["max_age"]));
        Assert.NotEmpty(acr["error_description"]);
        Assert.Equal("5", Parameters(await client.GetAsync("/age", token))["max_age"]);

        // Sections 4 and 5: the client asks for what the challenge says.
        var challenge = await client.PostAsync("/mfa/step-up", new { max_age = 5 }, token);
        var done = await client.AnswerAsync(challenge.Token, device.Code());
        var fresh = ("Authorization", "Bearer " + done["accessToken"]);

        // Section 6: acr and auth_time of the new token; the old one stays what it was.
        var me = (await client.GetAsync("/me", fresh)).Json;
        Assert.Equal(("myACR", $"{host.Clock.GetUtcNow().ToUnixTimeSeconds()}"), ((string?)me["acr"]![0], (string?)me["auth_time"]![0]));
        Assert.Equal((200, 200, 401), ((await client.GetAsync("/acr", fresh)).Status, (await client.GetAsync("/age", fresh)).Status, (await client.GetAsync("/acr", token)).Status));

        // Its proof grows old like any other.
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((200, 401), ((await client.GetAsync("/acr", fresh)).Status, (await client.GetAsync("/age", fresh)).Status));
    }

    private static AuthorizationPolicy Bearer { get; } = new AuthorizationPolicyBuilder(BearerTokenDefaults.AuthenticationScheme).RequireAuthenticatedUser().Build();

    /// <summary>The one challenge of a 401 that counts, read as an auth-param list (RFC 9110 section 11.2).</summary>
    private static Dictionary<string, string> Parameters(Reply reply)
    {
        Assert.Equal(401, reply.Status);
        var challenge = Assert.Single(reply.Message.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        return challenge.Parameter!.Split(", ").Select(NameValueHeaderValue.Parse).ToDictionary(p => p.Name, p => p.Value!.Trim('"'));
    }
}
