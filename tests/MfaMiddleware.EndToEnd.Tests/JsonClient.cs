using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>A client that speaks JSON. It keeps no cookies: a test says which go with a request.</summary>
internal sealed class JsonClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };

    public async Task<JsonAnswer> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(path, body);
        return await JsonAnswer.ReadAsync(response);
    }

    public async Task<JsonAnswer> GetAsync(string path, string? cookies = null, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookies is not null)
            request.Headers.Add("Cookie", cookies);
        if (bearer is not null)
            request.Headers.Authorization = new("Bearer", bearer);
        using var response = await _http.SendAsync(request);
        return await JsonAnswer.ReadAsync(response);
    }

    public Task<JsonAnswer> AnswerAsync(JsonAnswer challenge, string code) =>
        PostAsync("/mfa", new { mfa_token = challenge["mfa_token"], code });

    /// <summary>Sets up an authenticator during the sign-in that a challenge holds back, and ends both.</summary>
    public async Task<(EnrolledUser User, JsonAnswer Done)> EnrollAsync(JsonAnswer challenge)
    {
        var enrollment = await PostAsync("/mfa/enroll", new { mfa_token = challenge["mfa_token"], method = "totp" });
        var started = enrollment.Json!["enrollment"]!;
        var user = new EnrolledUser((string)started["secret"]!, enrollment.Json["recovery_codes"]!.AsArray().Select(code => (string)code!));
        var code = await user.Authenticator.NextCodeAsync();
        return (user, await PostAsync("/mfa", new { mfa_token = enrollment["mfa_token"], enrollment_id = (string)started["id"]!, code }));
    }

    public void Dispose() => _http.Dispose();
}

/// <param name="Cookies">The cookies that were set, as a request gives them back; empty where there were none.</param>
internal sealed record JsonAnswer(HttpStatusCode Status, string Body, string Cookies, Uri? Location)
{
    public JsonNode? Json { get; } = Body.StartsWith('{') || Body.StartsWith('[') ? JsonNode.Parse(Body) : null;

    /// <summary>A member as text, whatever its type; null where there is none.</summary>
    public string? this[string name] => Json?[name]?.ToString();

    public static async Task<JsonAnswer> ReadAsync(HttpResponseMessage response)
    {
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0]) : [];
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), string.Join("; ", cookies), response.Headers.Location);
    }
}
