using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Nothing that a client chooses lowers a risk: which address is charged, compared and kept is the server's to say.</summary>
public sealed class LoweringRisksTests
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private const string Office = "192.0.2.7";
    private const string Victim = "198.51.100.7";
    private const string Thief = "203.0.113.9";

    private static readonly string[] AddressHeaders =
    [
        "X-Forwarded-For", "X-Original-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6", "X-Client-IP", "X-Cluster-Client-IP",
        "Fastly-Client-IP", "Fly-Client-IP", "X-Forwarded", "Forwarded-For", "X-Azure-ClientIP", "X-Appengine-User-IP", "X-Remote-IP", "X-Remote-Addr", "X-ProxyUser-Ip",
        "X-Envoy-External-Address", "X-Originating-IP", "WL-Proxy-Client-IP", "Proxy-Client-IP", "Client-IP", "Via",
    ];

    /// <summary>Every header by which a client could pretend to be elsewhere, as trusted, as known, as nonsense.</summary>
    private static IEnumerable<(string Name, string Value)> Forged(string address) =>
    [
        .. AddressHeaders.Select(name => (name, address)),
        ("Forwarded", $"for={address};proto=https;host=localhost"), ("Forwarded", $"for=\"[::ffff:{address}]:443\""),
        ("X-Forwarded-For", $"{address}, {address}"), ("X-Forwarded-For", $"[::ffff:{address}]:80"), ("X-Forwarded-For", "unknown"), ("X-Forwarded-For", ",,,"),
        ("X-Forwarded-Host", "localhost"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/admin"), ("X-Original-Host", "localhost"), ("X-Original-URL", "/plain"),
        ("X-Rewrite-URL", "/plain"), ("Accept-Language", "de-DE"), ("Sec-CH-UA-Platform", "\"Windows\""), ("X-Mfa-Device", "known"), ("X-Requested-With", "XMLHttpRequest"),
        ("Referer", "https://localhost/"), ("Authorization", "Negotiate AAAA"),
    ];

    [Fact]
    public async Task ForgedHeadersWithoutAProxy_ChangeNeitherTheDecisionNorWhatIsKept()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Suspicious(o);
            o.Settings["Addresses:Deny:0"] = "127.0.0.1";
        });
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Chrome);
        var alice = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");
        var device = DeviceCookieOf(await client.AnswerAsync(challenge.Token, alice.Code()));

        // A known device of the owner, and a deny list that names its address: no header takes it off the list.
        var bare = await client.PostAsync("/login", new { user = "alice" }, ("Cookie", device));
        Assert.Equal("1", bare["type"]);
        var expected = Findings(host);
        Assert.Equal("found_on_deny_list", Assert.Single(expected, f => f.Weight > 0).Code);
        foreach (var header in Forged(Office))
        {
            var reply = await client.PostAsync("/login", new { user = "alice" }, header, ("Cookie", device));

            Assert.True(reply["type"] == "1" && reply["welcome"] is null, $"{header}: {reply.Body}");
            Assert.Equal(expected, Findings(host));
        }

        var history = await HistoryAsync(host);
        Assert.All(SignInLog.Read(history), r => Assert.Equal("127.0.0.1", r.Address));
        Assert.Equal("127.0.0", Assert.Single(history.Networks).Network);
        var store = (RecordingPendingStore)host.Services.GetRequiredService<IPendingSessionStore>();
        Assert.All(store.Created, session => Assert.Equal("127.0.0", session.Network));
    }

    [Fact]
    public async Task B096_FailuresOfAnAttackerWhoSendsTheVictimsAddress_AreChargedToTheAttackersNetwork()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Suspicious(o);
            // One known proxy, the test itself; what came before it is the client's own word.
            o.Pipeline = app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, AllowedHosts = { "localhost" } });
        });
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Chrome);
        var alice = await host.EnrollTotpAsync("alice");
        var challenge = await SignInAsync(client, Victim, null);
        var device = DeviceCookieOf(await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = alice.Code() }, ("X-Forwarded-For", Victim)));

        // Wrong passwords of many users, and of alice, from behind the proxy, with the victim's address in every header that there is.
        foreach (var (name, value) in Forged(Victim).Where(h => h.Name is not "X-Forwarded-For"))
        {
            Assert.Equal(204, (await client.PostAsync("/wrong-password", new { user = "alice" }, (name, value), ("X-Forwarded-For", $"{Victim}, {Thief}"))).Status);
        }

        for (var i = 0; i < 12; i++) await client.PostAsync("/wrong-password", new { user = $"user{i}" }, ("X-Forwarded-For", $"{Victim},{Victim} , {Thief}"));
        var thief = await SignInAsync(client, $"{Victim}, {Thief}", null);
        await client.PostAsync("/mfa", new { mfa_token = thief.Token, code = alice.WrongCode() }, ("X-Forwarded-For", $"{Victim}, {Thief}"));

        var history = await HistoryAsync(host);
        Assert.True(history.Failures.Count > 20);
        Assert.All(history.Failures, f => Assert.Equal("203.0.113", f.Network));
        Assert.Contains(history.Failures, f => f.Kind == FailureKind.Answer);
        Assert.DoesNotContain(history.Networks, n => n.Network == "203.0.113");
        var (activity, now) = (host.Services.GetRequiredService<NetworkActivity>(), host.Clock.GetUtcNow());
        Assert.Equal((0, 13), (activity.FailedUsersOf("198.51.100", now), activity.FailedUsersOf("203.0.113", now)));

        // The owner isn't asked for it in their own browser, and the thief is wherever they pretend to be.
        Assert.Equal("alice", (await SignInAsync(client, Victim, device))["welcome"]);
        foreach (var hops in new[] { Thief, $"{Victim}, {Thief}", $"{Victim},{Victim}, {Thief}", $"unknown, {Thief}", $"{Victim};{Victim}, {Thief}" })
        {
            Assert.Equal("1", (await SignInAsync(client, hops, device))["type"]);
            Assert.Contains("failed_passwords", host.Events.All.Last(e => e.Name == "SignInChallenged").Reasons);
            Assert.Equal("203.0.113", ((RecordingPendingStore)host.Services.GetRequiredService<IPendingSessionStore>()).Created.Last().Network);
        }
    }

    private static void Suspicious(TestHostOptions options)
    {
        options.Settings["Policy:Mode"] = "Suspicious";
        options.Settings["Addresses:Trusted:0"] = "192.0.2.0/24";
        options.Settings["PendingSessions:MaxPerSubject"] = "20";
        options.ServicesAfter = RecordingPendingStore.Use;
        options.Endpoints = app => app.MapPost("/wrong-password", (HttpContext context, Typed typed) =>
        {
            context.ReportFailedSignIn(typed.User, typed.User);
            return Results.NoContent();
        });
    }

    private static Task<Reply> SignInAsync(MfaClient client, string hops, string? device) =>
        client.PostAsync("/login", new { user = "alice" }, [("X-Forwarded-For", hops), .. device is null ? [] : new[] { ("Cookie", device) }]);

    private static async Task<SignInHistory> HistoryAsync(TestHost host)
    {
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        return (await host.Services.GetRequiredService<HistoryKeeper>().LoadAsync(new MfaSubject("", "alice"), default)).History;
    }

    private static List<(string Code, int Weight)> Findings(TestHost host) => [.. host.Events.All.Last(e => e.Decision is not null).Decision!.Risk!.Findings.Select(f => (f.Code, f.Weight))];

    private static string DeviceCookieOf(Reply reply) => reply.SetCookies.Single(c => c.Contains("mfa-device-", StringComparison.Ordinal)).Split(';')[0];

    private sealed record Typed(string User);
}
