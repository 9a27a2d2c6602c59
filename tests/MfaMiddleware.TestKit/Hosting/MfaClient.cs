using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>An answer with its body read.</summary>
public sealed record Reply(int Status, string Body, HttpResponseMessage Message)
{
    /// <summary>The body as a JSON object; fails the test where it is none.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? this[string member] => Json[member] is { } node ? (node is JsonValue value && value.TryGetValue(out string? text) ? text : node.ToJsonString()) : null;

    public string? Token => this["mfa_token"];

    public string? Error => this["error"];

    public IReadOnlyList<string> SetCookies => Message.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [];

    /// <summary>The cookies but for the one by which a browser is known: it comes with each proof, and signs nobody in.</summary>
    public IReadOnlyList<string> SessionCookies => [.. SetCookies.Where(c => !c.Contains("mfa-device-", StringComparison.Ordinal))];

    /// <summary>All that the client could read: to look for what it must not see.</summary>
    public string Everything => $"{Message.Headers}\n{Message.Content.Headers}\n{Message.TrailingHeaders}\n{Body}";

    /// <summary>The cookies as a browser would send them back.</summary>
    public string CookieHeader => string.Join("; ", SetCookies.Select(c => c.Split(';')[0]));
}

/// <summary>A user who has been through the first sign-in.</summary>
public sealed record EnrolledUser(string Name, TotpDevice Device, IReadOnlyList<string> RecoveryCodes, Reply SignedIn);

/// <summary>Speaks the JSON API as a client without cookies: what it sends is what the test gives it.</summary>
public sealed class MfaClient(Uri baseAddress, int connections = 64) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = connections }) { BaseAddress = baseAddress };

    /// <summary>A client with one HTTP/2 connection for everything.</summary>
    public static MfaClient OverHttp2(Uri address)
    {
        var client = new MfaClient(address, 1);
        client.Http.DefaultRequestVersion = HttpVersion.Version20;
        client.Http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return client;
    }

    public HttpClient Http => _http;

    public Task<Reply> LoginAsync(string user) => PostAsync("/login", new { user });

    public Task<Reply> AnswerAsync(string? token, string code, string? method = null) => PostAsync("/mfa", method is null ? new { mfa_token = token, code } : new { mfa_token = token, code, method });

    /// <summary>Signs a new user in for the first time, with a phone app and the recovery codes that came with it, and lets the code's step pass.</summary>
    public async Task<EnrolledUser> EnrollAsync(TestHost host, string user)
    {
        var challenge = await LoginAsync(user);
        var started = await PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });
        var enrollment = started.Json["enrollment"]!;
        var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
        var codes = started.Json["recovery_codes"]!.AsArray().Select(code => (string)code!).ToList();
        var done = await PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() });
        if (done.Status != 200) throw new InvalidOperationException("The enrolment failed: " + done.Body);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        return new EnrolledUser(user, device, codes, done);
    }

    public Task<Reply> PostAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }, headers);

    public Task<Reply> PostTextAsync(string path, string body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, headers);
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers);

    public async Task<Reply> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        (request.Version, request.VersionPolicy) = (_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Version = _http.DefaultRequestVersion;
        request.VersionPolicy = _http.DefaultVersionPolicy;
        var message = await _http.SendAsync(request);
        return new Reply((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    /// <summary>Who the cookies of an answer are signed in as; null for nobody.</summary>
    public async Task<JsonObject?> MeAsync(string cookies)
    {
        var reply = await GetAsync("/me", ("Cookie", cookies));
        return reply.Status == 200 ? reply.Json : null;
    }

    public void Dispose() => _http.Dispose();
}
