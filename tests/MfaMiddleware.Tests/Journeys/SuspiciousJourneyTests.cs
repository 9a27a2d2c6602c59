using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

/// <summary>"Only when the sign-in is suspicious": who is asked, and why.</summary>
public sealed class SuspiciousJourneyTests
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    [Fact]
    public async Task User_IsAskedOnceInEachBrowser_AndAgainFromADeniedAddress()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Policy:Mode"] = "Suspicious");
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Chrome);

        // A first sign-in has no history: it lets her enrol.
        var enrolled = await client.EnrollAsync(host, "alice");
        var device = DeviceCookieOf(enrolled.SignedIn);
        Assert.Equal(["mode_suspicious", "no_history", "no_factor"], ReasonsOfLast(host, "SignInChallenged"));

        var again = await SignInAsync(client, "alice", device);
        Assert.Equal((200, "alice"), (again.Status, again["welcome"]));
        Assert.Equal(["not_suspicious"], ReasonsOfLast(host, "SignInPassed"));
        Assert.Equal(["pwd"], (await client.MeAsync(again.CookieHeader))!["amr"]!.AsArray().Select(v => (string)v!));

        Assert.Equal("1", (await SignInAsync(client, "alice", null))["type"]);
        Assert.Equal(["mode_suspicious", "new_device"], ReasonsOfLast(host, "SignInChallenged"));

        // Another browser, or the same cookie in another one.
        Assert.Equal("1", (await SignInAsync(client, "alice", device, Chrome.Replace("Windows NT 10.0", "Android", StringComparison.Ordinal)))["type"]);
        Assert.Equal(["mode_suspicious", "device_changed"], ReasonsOfLast(host, "SignInChallenged"));

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Addresses:Deny:0"] = "127.0.0.0/8";
        configuration["Mfa:Addresses:Deny:1"] = "::1";
        configuration.Reload();
        Assert.Equal("1", (await SignInAsync(client, "alice", device))["type"]);
        Assert.Equal(["mode_suspicious", "found_on_deny_list"], ReasonsOfLast(host, "SignInChallenged"));
    }

    [Fact]
    public async Task Decisions_AreKeptInTheHistoryWithWhatBecameOfThem()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Policy:Mode"] = "Suspicious");
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Chrome);
        var enrolled = await client.EnrollAsync(host, "alice");
        await SignInAsync(client, "alice", DeviceCookieOf(enrolled.SignedIn));
        await SignInAsync(client, "alice", null);

        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        var history = await host.Services.GetRequiredService<HistoryKeeper>().LoadAsync(new MfaSubject("", "alice"), default);
        var records = SignInLog.Read(history.History);
        Assert.Equal([true, false, false], records.Select(r => r.IsProved));
        Assert.Equal(["EnrollmentRequired", "NotRequired", "Required"], records.Select(r => r.Outcome.ToString()));
        Assert.Equal(["new_device"], records[2].WouldHaveAvoided);
        Assert.Equal("Chrome, Windows", records[0].Agent);
    }

    [Fact]
    public async Task Observed_SignInsPassAndAreDecided_AndCountForNothingOnceThePolicyIsEnforced()
    {
        await using var host = await TestHost.StartAsync(o => (o.Settings["Policy:Mode"], o.Settings["Policy:Observe"]) = ("Suspicious", "true"));
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var first = await SignInAsync(client, "alice", null);
        Assert.Equal((200, "alice"), (first.Status, first["welcome"]));
        Assert.Equal(MfaOutcome.Required, host.Events.All.Last(e => e.Name == "SignInPassed").Decision!.Observed);
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        await SignInAsync(client, "alice", DeviceCookieOf(first));
        Assert.Equal(MfaOutcome.NotRequired, host.Events.All.Last(e => e.Name == "SignInPassed").Decision!.Observed);

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Policy:Observe"] = "false";
        configuration.Reload();
        Assert.Equal("1", (await SignInAsync(client, "alice", DeviceCookieOf(first)))["type"]);
    }

    [Fact]
    public async Task SignInInAKnownBrowser_ReadsOnceAndWaitsForNoWrite()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Mode"] = "Suspicious";
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Chrome);
        var device = DeviceCookieOf((await client.EnrollAsync(host, "alice")).SignedIn);
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();

        var (store, stuck) = (host.Services.GetRequiredService<CountingFactorStore>(), new TaskCompletionSource());
        // The first look at the history is the decision's own; every other one waits, and whoever waited for it would too.
        var (before, looks) = (store.Calls, 0);
        store.BeforeFindHistory = () => Interlocked.Increment(ref looks) == 1 ? Task.CompletedTask : stuck.Task;
        var reply = await SignInAsync(client, "alice", device).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((200, "alice"), (reply.Status, reply["welcome"]));
        Assert.Equal(1, store.Calls - before);
        stuck.SetResult();
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        // Afterwards, in the background: the record read anew, and written.
        Assert.Equal(3, store.Calls - before);
    }

    private static Task<Reply> SignInAsync(MfaClient client, string user, string? device, string agent = Chrome) =>
        client.PostAsync("/login", new { user }, [("User-Agent", agent), .. device is null ? [] : new[] { ("Cookie", device) }]);

    private static string DeviceCookieOf(Reply reply) => reply.SetCookies.Single(c => c.Contains("mfa-device-", StringComparison.Ordinal)).Split(';')[0];

    private static IEnumerable<string> ReasonsOfLast(TestHost host, string name) => host.Events.All.Last(e => e.Name == name).Reasons;
}
