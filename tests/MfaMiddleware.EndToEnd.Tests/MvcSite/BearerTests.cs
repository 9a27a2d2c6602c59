using System.Net;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

public sealed class BearerTests(EnrolledMvcSite site) : IClassFixture<EnrolledMvcSite>
{
    [Fact]
    public async Task TokenEndpoint_GivesItsTokenForACode()
    {
        using var client = new JsonClient(site.Address);

        var challenge = await client.PostAsync("/api/token", Person.CredentialsOf("alice"));
        Assert.Equal((HttpStatusCode.OK, "1", null), (challenge.Status, challenge["type"], challenge["accessToken"]));

        var done = await client.AnswerAsync(challenge, await site["alice"].Authenticator.NextCodeAsync());
        Assert.Equal((HttpStatusCode.OK, "Bearer"), (done.Status, done["tokenType"]));
        Assert.DoesNotContain(".AspNetCore", done.Cookies, StringComparison.Ordinal);

        var me = await client.GetAsync("/api/me", bearer: done["accessToken"]);
        Assert.Equal(HttpStatusCode.OK, me.Status);
        Assert.Equal(["pwd", "otp", "mfa"], me.Json!["amr"]!.AsArray().Select(value => (string)value!));
    }

    [Fact]
    public async Task TokenThatIsPending_IsNoToken()
    {
        using var client = new JsonClient(site.Address);
        var challenge = await client.PostAsync("/api/token", Person.CredentialsOf("bob"));

        var me = await client.GetAsync("/api/me", bearer: challenge["mfa_token"]);

        Assert.Equal(HttpStatusCode.Unauthorized, me.Status);
    }
}
