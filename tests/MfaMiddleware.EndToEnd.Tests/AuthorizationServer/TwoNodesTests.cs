using System.Net;
using System.Net.Http.Json;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>Two processes of the server on one database: what may be used once is used once among both.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class TwoNodesTests(AuthorizationServerSample server) : IDisposable
{
    private const int Racers = 4;
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task TokenProofAndCode_RacedInTwoProcesses_AreEachAcceptedOnce()
    {
        await using var second = await server.StartProcessAsync();
        Uri[] nodes = [server.Address, second.Address];

        var session = await RaceTokenAsync(nodes);
        var code = await RaceProofAsync(nodes, session);
        var tokens = await RaceCodeAsync(nodes, code);

        // The code was sent more than once: nothing that came of it is good any more.
        var refresh = await PostFormAsync(second.Address, ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"]!));
        Assert.Equal("invalid_grant", refresh["error"]);
    }

    /// <summary>The token and a right code, at both: one gets the session.</summary>
    private async Task<string> RaceTokenAsync(Uri[] nodes)
    {
        var login = await SendAsync(nodes[0], HttpMethod.Post, "/api/login", Person.CredentialsOf("alice"));
        var body = new
        {
            response_type = "code", client_id = "demo", redirect_uri = server.RedirectUri, code_challenge = Challenge, code_challenge_method = "S256",
            mfa_token = login["mfa_token"], two_factor_code = server.Alice.TakeRecoveryCode(),
        };
        var answers = await RaceAsync(nodes, node => SendAsync(node, HttpMethod.Post, "/api/authorize", body));
        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal((HttpStatusCode.Unauthorized, ""), (answer.Status, answer.Cookies)));
        return won.Cookies;
    }

    /// <summary>The proof that brings a client back to its request, at both: one gets a code.</summary>
    private async Task<string> RaceProofAsync(Uri[] nodes, string session)
    {
        var url = $"/authorize?response_type=code&client_id=demo&redirect_uri={Uri.EscapeDataString(server.RedirectUri)}"
            + $"&scope=openid%20offline_access&code_challenge={Challenge}&code_challenge_method=S256&max_age=0";
        var asked = await SendAsync(nodes[0], HttpMethod.Get, url, null, ("Cookie", session));
        var proof = await SendAsync(nodes[1], HttpMethod.Post, "/mfa", new { mfa_token = asked["mfa_token"], code = server.Alice.TakeRecoveryCode() });
        var answers = await RaceAsync(nodes, node => SendAsync(node, HttpMethod.Get, url, null, ("Cookie", session), ("X-MFA-Token", proof["mfa_token"]!)));
        var won = Assert.Single(answers, answer => answer.Location is not null);
        return QueryHelpers.ParseQuery(won.Location!.Query)["code"].ToString();
    }

    /// <summary>The code, at both: one gets tokens.</summary>
    private async Task<JsonAnswer> RaceCodeAsync(Uri[] nodes, string code)
    {
        var answers = await RaceAsync(nodes, node => PostFormAsync(node, ("grant_type", "authorization_code"), ("code", code), ("code_verifier", Verifier)));
        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal("invalid_grant", answer["error"]));
        return won;
    }

    private static Task<JsonAnswer[]> RaceAsync(Uri[] nodes, Func<Uri, Task<JsonAnswer>> send) =>
        Task.WhenAll(Enumerable.Range(0, Racers).Select(i => send(nodes[i % nodes.Length])));

    private async Task<JsonAnswer> SendAsync(Uri node, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(node, path));
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        return await JsonAnswer.ReadAsync(response);
    }

    private async Task<JsonAnswer> PostFormAsync(Uri node, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("client_id", "demo")]);
        using var response = await _http.PostAsync(new Uri(node, "/token"), form);
        return await JsonAnswer.ReadAsync(response);
    }
}
