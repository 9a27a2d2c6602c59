using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>The browser client, as a page of MvcSite imports it.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class JsClientTests(Chromium chromium, JsClientTests.KeySite site) : IClassFixture<JsClientTests.KeySite>
{
    // What a page of an app would do; each step answers with what a test looks at.
    private const string Load = """
        async () => {
          const { MfaClient, MfaError } = await import("/mfa/client.js");
          const mfa = window.mfa = new MfaClient();
          window.signIn = () => mfa.signIn("/api/login", { email: "alice@example.com", password: "Alice-pass-1" });
          window.me = async () => (await fetch("/api/me")).json();
          window.step = async action => {
            try {
              return { value: await action() ?? null };
            } catch (e) {
              return { error: e instanceof MfaError ? e.code : `${e}`, left: e.attemptsRemaining, retryAfter: e.retryAfter, isFinal: e.isFinal };
            }
          };
        }
        """;

    [Fact]
    public async Task Journey_SetsUpACode_AnswersWrongAndRight_AddsAKey_AndStepsUp()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await page.EvaluateAsync(Load);

        // The first sign-in sets up an authenticator: the next answer is for it, though nobody says so.
        Assert.Equal(1, Number(await StepAsync(page, "signIn()"), "type"));
        var enrolling = await StepAsync(page, "mfa.enroll('totp')");
        var user = new EnrolledUser(Text(enrolling, "enrollment", "secret"), enrolling.GetProperty("recovery_codes").EnumerateArray().Select(c => c.GetString()!));
        await WrongAsync(page, user, 4);
        var done = await StepAsync(page, $"mfa.mfa('{await user.Authenticator.NextCodeAsync()}')");
        Assert.Equal((0, "Alice"), (Number(done, "type"), Text(done, "name")));
        Assert.Equal("alice@example.com", Text(await StepAsync(page, "me()"), "email"));

        // A key, by the API of self-service: the client's own part is the ceremony.
        await AddAuthenticatorAsync(page);
        var added = await StepAsync(page, """
            (async () => {
              const post = async (url, body) => (await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
              const { createKey } = await import("/mfa/client.js");
              const { enrollment } = await post("/mfa/factors", { method: "fido" });
              return post(`/mfa/factors/${enrollment.id}/verify`, { credential: await createKey(enrollment.public_key) });
            })()
            """);
        Assert.Equal("fido", Text(added, "factor", "method"));

        // The second sign-in: wrong, again with the new token, then the key.
        await context.ClearCookiesAsync();
        var challenge = await StepAsync(page, "signIn()");
        Assert.Equal(["fido", "totp", "recovery_code"], challenge.GetProperty("methods").EnumerateArray().Select(m => Text(m, "method")));
        await WrongAsync(page, user, 4);
        await WrongAsync(page, user, 3);
        Assert.Equal("totp", Text(await StepAsync(page, "mfa.mfaRetry('totp')"), "method"));
        Assert.Equal(3, Number(await StepAsync(page, "mfa.session()"), "attempts_remaining"));
        Assert.Equal("Alice", Text(await StepAsync(page, "mfa.mfaKey({ rememberDevice: true })"), "name"));
        Assert.Contains("pop", (await StepAsync(page, "me()")).GetProperty("amr").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("invalid_token", Text(await FailAsync(page, "mfa.session()"), "error"));

        // A step-up of the session that there is now; and one that is called off.
        Assert.Equal(1, Number(await StepAsync(page, "mfa.stepUp({ strength: 'PhishingResistant', max_age: 60 })"), "type"));
        Assert.Equal(0, Number(await StepAsync(page, "mfa.mfaKey()"), "type"));
        Assert.Equal(JsonValueKind.Null, (await StepAsync(page, "mfa.stepUpFor(new Response('{}', { status: 401 }))")).ValueKind);
        Assert.Equal(1, Number(await StepAsync(page, "mfa.stepUpFor(new Response('{\"error\":\"insufficient_user_authentication\",\"max_age\":60}', { status: 401 }))"), "type"));
        await StepAsync(page, "mfa.cancel()");
        Assert.True((await FailAsync(page, "mfa.mfa('000000')")).GetProperty("isFinal").GetBoolean());
        Assert.Equal("access_denied_by_app", await RefusalOfTheAppAsync(page));

        // The browser was to be remembered: a sign-in without the session there is now isn't asked.
        await context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        Assert.Equal((0, "Alice"), (Number(done = await StepAsync(page, "signIn()"), "type"), Text(done, "name")));
    }

    [Fact]
    public async Task Client_IsServedUnderItsName_AndAskedForOnceAsLongAsItIsTheSame()
    {
        using var http = new HttpClient { BaseAddress = site.Address };
        using var first = await http.GetAsync("/mfa/client.js");
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "clients", "js", "index.js")), await first.Content.ReadAsStringAsync());
        Assert.Equal(("text/javascript", "no-cache"), (first.Content.Headers.ContentType!.MediaType, first.Headers.CacheControl!.ToString()));

        http.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await http.GetAsync("/mfa/client.js");
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
    }

    private static async Task WrongAsync(IPage page, EnrolledUser user, int left)
    {
        var error = await FailAsync(page, $"mfa.mfa({{ code: '{await user.Authenticator.WrongCodeAsync()}', method: 'totp' }})");
        Assert.Equal(("invalid_code", left, false), (Text(error, "error"), Number(error, "left"), error.GetProperty("isFinal").GetBoolean()));
    }

    /// <summary>An answer of the app's own that is no success is an error with the app's code; throttling says when to try again.</summary>
    private static async Task<string> RefusalOfTheAppAsync(IPage page)
    {
        Assert.Equal("invalid_credentials", Text(await FailAsync(page, "mfa.signIn('/api/login', { email: 'alice@example.com', password: 'wrong' })"), "error"));
        Assert.Equal("http_404", Text(await FailAsync(page, "mfa.signIn('/nowhere', {})"), "error"));
        var throttled = await FailAsync(page, "mfa.read(new Response(JSON.stringify({ type: 1, error: 'throttled', retry_after: 60, mfa_token: 't' }), { status: 429 }))");
        Assert.Equal(("throttled", 60), (Text(throttled, "error"), Number(throttled, "retryAfter")));
        Assert.Equal("t", await page.EvaluateAsync<string>("() => mfa.token"));
        return Text(await FailAsync(page, "mfa.read(new Response('{\"error\":\"access_denied_by_app\"}', { status: 403 }))"), "error");
    }

    private static async Task<JsonElement> StepAsync(IPage page, string action)
    {
        var outcome = (await page.EvaluateAsync($"() => step(() => {action})"))!.Value;
        return outcome.TryGetProperty("value", out var value) ? value : throw new InvalidOperationException($"{action}: {outcome}");
    }

    private static async Task<JsonElement> FailAsync(IPage page, string action)
    {
        var outcome = (await page.EvaluateAsync($"() => step(() => {action})"))!.Value;
        return outcome.TryGetProperty("error", out _) ? outcome : throw new InvalidOperationException($"{action}: {outcome}");
    }

    private static string Text(JsonElement element, params string[] path) => path.Aggregate(element, (e, name) => e.GetProperty(name)).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static async Task AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var options = new Dictionary<string, object>
        {
            ["protocol"] = "ctap2", ["transport"] = "internal", ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
        };
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
    }

    /// <summary>MvcSite with security keys and browsers that are remembered. The keys' origin must be known before it listens.</summary>
    public sealed class KeySite() : SampleServer("MvcSite", SettingsFor(FreePort()))
    {
        private static (string, string)[] SettingsFor(int port) =>
        [
            ("Kestrel__Endpoints__Http__Url", $"http://127.0.0.1:{port}"),
            ("Mfa__TrustedDevices__Enabled", "true"),
            ("Mfa__Policy__AllowTrustedDevice", "true"),
            ("Mfa__Methods__Fido__Enabled", "true"),
            ("Mfa__Methods__Fido__RelyingPartyId", "localhost"),
            ("Mfa__Methods__Fido__Origins__0", $"http://localhost:{port}"),
        ];

        /// <summary>The system gives it to nobody else so soon.</summary>
        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
