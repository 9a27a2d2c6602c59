using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>The code flow with a backend between user and server: (M) and (M2) in JSON.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class BackendFlowTests(AuthorizationServerSample server) : IAsyncLifetime
{
    private readonly JsonClient _http = new(server.Address);
    private NpmClient _client = null!;

    public async Task InitializeAsync() => _client = await NpmClient.StartAsync(server);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _client.DisposeAsync();
    }

    [Fact]
    public async Task Code_IsGivenWithTheRightAnswerAlone_AndRefreshTokensOnce()
    {
        var request = await RequestAsync(new { scope = "openid offline_access" });
        var token = await LogInAsync("alice");
        foreach (var code in new[] { null, "", " " })
            Assert.Equal((401, "1", null), Refusal(await AuthorizeAsync(request, token, code)));

        var wrong = await AuthorizeAsync(request, token, await server.Alice.Authenticator.WrongCodeAsync());
        Assert.Equal((401, "1", "invalid_code"), Refusal(wrong));
        var done = await AuthorizeAsync(request, wrong["mfa_token"], await server.Alice.Authenticator.NextCodeAsync());
        var tokens = await _client.CallbackAsync(done["redirectUrlAndAuthCode"]!);

        Assert.Equal(["pwd", "otp", "mfa"], tokens["claims"]!["amr"]!.AsArray().Select(value => (string)value!));
        AssertNothingPrivate(tokens);
        Assert.Equal((401, "1", "invalid_token"), Refusal(await AuthorizeAsync(request, wrong["mfa_token"], "000000")));
        await AssertRotationAsync(tokens);
    }

    [Fact]
    public async Task Code_IsGivenAfterTheAnswerAtMfa_AndForASessionWithoutAFactorWhereNoneIsNeeded()
    {
        var login = await _http.PostAsync("/api/login", Person.CredentialsOf("alice"));
        var done = await _http.AnswerAsync(login, server.Alice.TakeRecoveryCode());
        var proven = await CodeInBrowserAsync(done.Cookies, new { });
        Assert.Equal("urn:mfa:2", (string)proven["claims"]!["acr"]!);

        var admin = await _http.PostAsync("/api/login", Person.CredentialsOf("admin"));
        Assert.Equal("admin@example.com", admin["email"]);
        var unproven = await CodeInBrowserAsync(admin.Cookies, new { });
        Assert.Equal(("urn:mfa:1", "[\"pwd\"]"), ((string)unproven["claims"]!["acr"]!, unproven["claims"]!["amr"]!.ToJsonString()));
        Assert.Equal("interaction_required", (string)(await CodeInBrowserAsync(admin.Cookies, new { prompt = "none", acr_values = "urn:mfa:2" }))["error"]!);
    }

    [Fact]
    public async Task TextMessage_GoesOutForARequestThatIsInOrder_AndOnce()
    {
        var request = await RequestAsync(new { });
        var before = (await server.SentCodesAsync()).Length;
        var login = await _http.PostAsync("/api/login", Person.CredentialsOf("bob"));
        Assert.Equal("•••• 67", (string)login.Json!["methods"]!.AsArray()[0]!["hint"]!);
        var broken = request.DeepClone().AsObject();
        broken["redirect_uri"] = server.RedirectUri + "/";
        Assert.Equal(HttpStatusCode.BadRequest, (await AuthorizeAsync(broken, login["mfa_token"], null)).Status);
        Assert.Equal(before, (await server.SentCodesAsync()).Length);

        Assert.Equal((401, "1", null), Refusal(await AuthorizeAsync(request, login["mfa_token"], null)));
        Assert.Equal((401, "1", null), Refusal(await AuthorizeAsync(request, login["mfa_token"], null)));
        var codes = await server.SentCodesAsync();
        Assert.Equal(before + 1, codes.Length);

        var done = await AuthorizeAsync(request, login["mfa_token"], codes[0]);
        var tokens = await _client.CallbackAsync(done["redirectUrlAndAuthCode"]!);
        Assert.Contains("sms", tokens["claims"]!["amr"]!.AsArray().Select(value => (string)value!));
    }

    [Fact]
    public async Task RequestThatIsNotInOrder_GoesNowhere_OrBackToTheClientWithTheReason()
    {
        (string Name, string Value, string? Error)[] mistakes =
        [
            ("client_id", "other", null),
            ("redirect_uri", server.RedirectUri + "/", null),
            ("redirect_uri", server.RedirectUri + "?x=1", null),
            ("response_type", "token", "unsupported_response_type"),
            ("response_mode", "fragment", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("scope", "openid everything", "invalid_scope"),
            ("prompt", "none login", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("request", "eyJ", "request_not_supported"),
        ];
        foreach (var (name, value, error) in mistakes)
        {
            var request = await RequestAsync(new { });
            request[name] = value;
            var answer = await _http.GetAsync(QueryHelpers.AddQueryString("/authorize", request.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value))));

            Assert.Equal(error is null ? HttpStatusCode.BadRequest : HttpStatusCode.Redirect, answer.Status);
            if (error is null)
                Assert.Null(answer.Location);
            else
                Assert.Equal(error, (string)(await _client.CallbackAsync(answer.Location!.OriginalString))["error"]!);
        }
    }

    private async Task<string?> LogInAsync(string name)
    {
        var login = await _http.PostAsync("/api/login", Person.CredentialsOf(name));
        Assert.Equal((200, "1"), ((int)login.Status, login["type"]));
        return login["mfa_token"];
    }

    /// <summary>The client's own request, as the JSON that a backend sends on.</summary>
    private async Task<JsonObject> RequestAsync(object parameters)
    {
        var query = QueryHelpers.ParseQuery(new Uri(await _client.AuthorizeAsync(parameters)).Query);
        return new JsonObject(query.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value.ToString())));
    }

    private Task<JsonAnswer> AuthorizeAsync(JsonObject request, string? token, string? code)
    {
        var body = request.DeepClone().AsObject();
        body["mfa_token"] = token;
        body["two_factor_code"] = code;
        return _http.PostAsync("/api/authorize", body);
    }

    private async Task<JsonNode> CodeInBrowserAsync(string cookies, object parameters)
    {
        var answer = await _http.GetAsync(new Uri(await _client.AuthorizeAsync(parameters)).PathAndQuery, cookies);
        return await _client.CallbackAsync(answer.Location!.OriginalString);
    }

    private async Task AssertRotationAsync(JsonNode tokens)
    {
        var second = await _client.SendAsync("refresh");
        Assert.Equal((string)tokens["claims"]!["auth_time"]!.ToString(), second["claims"]!["auth_time"]!.ToString());
        Assert.NotEqual((string)tokens["refresh_token"]!, (string)second["refresh_token"]!);
        AssertNothingPrivate(second);

        // The first one again: it ends the second one too.
        Assert.Equal("invalid_grant", (string)(await _client.SendAsync("refresh", new { token = (string)tokens["refresh_token"]! }))["error"]!);
        Assert.Equal("invalid_grant", (string)(await _client.SendAsync("refresh"))["error"]!);
    }

    /// <summary>The gate's own stamp rides in the code and the refresh token, and never in what clients read.</summary>
    private static void AssertNothingPrivate(JsonNode tokens)
    {
        foreach (var name in new[] { "access_token", "id_token" })
        {
            var claims = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(((string)tokens[name]!).Split('.')[1]));
            Assert.Contains("\"auth_time\"", claims, StringComparison.Ordinal);
            Assert.DoesNotContain("stamp", claims, StringComparison.Ordinal);
        }
    }

    private static (int, string?, string?) Refusal(JsonAnswer answer) => ((int)answer.Status, answer["type"], answer["error"]);
}
