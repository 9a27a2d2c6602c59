using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class EvadingPoliciesTests
{
    [Theory]
    [InlineData("recovery_code", null)]
    [InlineData("sms", null)]
    [InlineData("TOTP", null)]
    [InlineData("", null)]
    [InlineData("totp; DROP", null)]
    [InlineData(null, "unknown-factor")]
    [InlineData("sms", "own-factor")]
    public async Task B091_MethodOrFactorThatIsNotOffered_IsRefusedAndCounted(string? method, string? factor)
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = CountingFactorStore.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var reply = await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code(), method, factor_id = factor == "own-factor" ? device.FactorId : factor });

        Assert.Equal((401, "invalid_code", "4"), (reply.Status, reply.Error, reply["attempts_remaining"]));
        Assert.Equal(1, host.Services.GetRequiredService<CountingFactorStore>().ChargesOf("alice"));
        await Oracles.NobodyIsSignedInAsync(client, reply);
    }

    [Fact]
    public async Task B091_DisabledMethod_IsRefusedAndCountedThoughItIsEnrolled()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Methods:RecoveryCodes:Enabled"] = "true");
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var token = (await client.LoginAsync("alice")).Token;
        Reload(host, "Mfa:Methods:RecoveryCodes:Enabled", "false");

        var reply = await client.AnswerAsync(token, alice.RecoveryCodes[0], "recovery_code");
        var unnamed = await client.AnswerAsync(reply.Token, alice.RecoveryCodes[0]);

        Assert.Equal((401, "4"), (reply.Status, reply["attempts_remaining"]));
        Assert.Equal((401, "3"), (unnamed.Status, unnamed["attempts_remaining"]));
    }

    [Fact]
    public async Task B093_StoreThatFailsWhileFactorsAreRead_Means503AndNeverNoFactors()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = CountingFactorStore.Use;
            o.Settings["Policy:Enrollment:Mode"] = "Optional";
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        store.IsDown = true;

        Reply[] replies = [await client.LoginAsync("alice"), await client.LoginAsync("nobody"), await client.PostAsync("/token", new { user = "alice" })];

        Assert.All(replies, reply => Assert.Equal((503, "temporarily_unavailable"), (reply.Status, reply.Error)));
        Assert.All(replies, reply => Assert.NotNull(reply.Message.Headers.RetryAfter));
        await Oracles.NobodyIsSignedInAsync(client, replies);
        store.IsDown = false;
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
    }

    [Fact]
    public async Task B095_HopsThatTheClientPrepends_DontChooseTheNetworkThatLimitsAreKeyedOn()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Pipeline = app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
            o.ServicesAfter = RecordingPendingStore.Use;
        });
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        Task<Reply> From(string hops) => client.PostAsync("/login", new { user = "alice" }, ("X-Forwarded-For", hops));
        var owner = await From("198.51.100.7");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 4; i++) await From("198.51.100.7");

        // Another network, which pretends to be the owner's: it can't push out the session that the owner is about to answer.
        var attacker = await From("198.51.100.7, 203.0.113.9");

        Assert.Equal((429, "too_many_sessions"), (attacker.Status, attacker.Error));
        Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", owner.Token!))).Status);
        var store = (RecordingPendingStore)host.Services.GetRequiredService<IPendingSessionStore>();
        Assert.Equal("203.0.113", store.Created.Last().Network);

        // From the owner's own network the oldest makes room.
        Assert.Equal(200, (await From("192.0.2.1, 198.51.100.7")).Status);
        Assert.Equal(401, (await client.GetAsync("/mfa/session", ("X-MFA-Token", owner.Token!))).Status);
    }

    [Fact]
    public async Task B098_ClaimsOfEachWayIn_SayWhatWasProvedAndWhen()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        async Task<(string Amr, string AuthTime, string Acr)> ClaimsAsync(string login, string? code)
        {
            var challenge = await client.PostAsync(login, new { user = "alice" });
            host.Clock.Advance(TimeSpan.FromSeconds(31));
            var done = code is null && challenge.Token is null ? challenge : await client.AnswerAsync(challenge.Token, code ?? alice.Device.Code());
            var me = login == "/token"
                ? (await client.GetAsync("/me", ("Authorization", "Bearer " + done["accessToken"]))).Json
                : (await client.MeAsync(done.CookieHeader))!;
            return (string.Join(' ', me["amr"]!.AsArray()), (string)me["auth_time"]![0]!, (string)me["acr"]![0]!);
        }

        var mfaTime = () => $"{host.Clock.GetUtcNow().ToUnixTimeSeconds()}";
        Assert.Equal(("pwd otp mfa", mfaTime.After(31), "urn:mfa:2"), await ClaimsAsync("/login", null));
        Assert.Equal(("pwd mfa", mfaTime.After(31), "urn:mfa:2"), await ClaimsAsync("/login", alice.RecoveryCodes[0]));
        Assert.Equal(("pwd otp mfa", mfaTime.After(31), "urn:mfa:2"), await ClaimsAsync("/token", null));

        Reload(host, "Mfa:Policy:Mode", "Never");
        var skippedAt = mfaTime();
        Assert.Equal(("pwd", skippedAt, "urn:mfa:1"), await ClaimsAsync("/login", null));
    }

    [Fact]
    public async Task B127_PolicyThatChangesDuring1000SignIns_DecidesEachByOneSnapshot()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.LogLevel = LogLevel.Warning;
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        var devices = new TotpDevice[500];
        for (var i = 0; i < devices.Length; i++) devices[i] = await host.EnrollTotpAsync($"user{i}");
        var (replies, done, reloaded) = (new Reply[1000], false, 0);
        // Each sign-in that has begun under one policy sees another before it knows its user's factors.
        host.Services.GetRequiredService<CountingFactorStore>().BeforeFind = async () =>
        {
            for (var begun = Volatile.Read(ref reloaded); !Volatile.Read(ref done) && Volatile.Read(ref reloaded) == begun;) await Task.Yield();
        };

        var reloads = Task.Run(() =>
        {
            while (!Volatile.Read(ref done)) SetPolicy(host, Interlocked.Increment(ref reloaded) % 2 == 0);
            SetPolicy(host, isStrict: false);
        });
        await Parallel.ForAsync(0, replies.Length, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => replies[i] = await client.LoginAsync($"user{i}"));
        Volatile.Write(ref done, true);
        await reloads;

        // Each is wholly one thing or wholly the other, and its event says the same: nobody was let in as "asked, but it is optional".
        var (pending, passed) = (replies.Index().Where(r => r.Item["type"] == "1").ToList(), replies.Index().Where(r => r.Item["type"] is null).ToList());
        Assert.Equal(1000, pending.Count + passed.Count);
        Assert.All(pending, r => Assert.Empty(r.Item.SetCookies));
        Assert.All(passed, r => Assert.Equal($"user{r.Index}", r.Item["welcome"]));
        foreach (var (i, _) in pending) Assert.Equal((1, 0), (host.Events.Count(MfaEventNames.SignInChallenged, $"user{i}"), host.Events.Count(MfaEventNames.SignInPassed, $"user{i}")));
        Assert.DoesNotContain(host.Events.All, e => e.Name == MfaEventNames.SignInPassed && e.Reasons is not ["mode_never"]);
        foreach (var (_, reply) in passed.Take(50)) Assert.Equal("urn:mfa:1", (string)(await client.MeAsync(reply.CookieHeader))!["acr"]![0]!);
        Assert.True(pending.Count > 20, $"{pending.Count} of the sign-ins met the strict policy.");

        // What is pending stays so, though the policy is Never by now.
        await Oracles.NobodyIsSignedInAsync(client, [.. pending.Take(20).Select(r => r.Item)]);
        foreach (var (i, reply) in pending.Where(r => r.Index < devices.Length).Take(30))
        {
            var wrong = await client.AnswerAsync(reply.Token, devices[i].WrongCode());
            Assert.Equal(401, wrong.Status);
            Assert.Equal("pwd", string.Join(' ', (await client.MeAsync((await client.LoginAsync($"user{i}")).CookieHeader))!["amr"]!.AsArray()));
            var right = await client.AnswerAsync(wrong.Token, devices[i].Code());
            Assert.Equal("pwd otp mfa", string.Join(' ', (await client.MeAsync(right.CookieHeader))!["amr"]!.AsArray()));
        }
    }

    [Fact]
    public async Task B127_SignalsListsAndRulesThatChangeDuring1000SignIns_DecideEachByOneSnapshot()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.LogLevel = LogLevel.Warning;
            o.ServicesAfter = CountingFactorStore.Use;
            foreach (var (key, value) in SignalsOf(isStrict: true)) o.Settings[key["Mfa:".Length..]] = value;
        });
        using var client = host.Client();
        var (done, reloaded) = (false, 0);
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The rules are matched before the history is read, and the signals are asked after it: between them each sign-in sees another policy.
        host.Services.GetRequiredService<CountingFactorStore>().BeforeFindHistory = () => Volatile.Read(ref done) ? Task.CompletedTask : Volatile.Read(ref next).Task;
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        var reloads = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                foreach (var (key, value) in SignalsOf(Interlocked.Increment(ref reloaded) % 2 == 0)) configuration[key] = value;
                configuration.Reload();
                Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }

            Volatile.Read(ref next).TrySetResult();
        });
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => await client.LoginAsync($"user{i}"));
        Volatile.Write(ref done, true);
        await reloads;

        var decided = host.Events.All.Where(e => e.Decision?.Risk is not null).Select(e => Told(e.Decision!)).ToList();
        Assert.Equal(1000, decided.Count);
        Assert.Empty(decided.Except([Strict, Lenient]));
        Assert.True(decided.Count(d => d == Strict) > 20 && decided.Count(d => d == Lenient) > 20, $"{decided.Count(d => d == Strict)} of the sign-ins met the strict policy.");
    }

    private const string Strict = "rules[0] EnrollmentRequired threshold 100: new_device 70, new_network 7, untrusted_address 300 found_on_deny_list, sign_of_attack";
    private const string Lenient = "default EnrollmentRequired threshold : new_device 80, new_network 8, untrusted_address 0 not_found_on_deny_list, no_factor";

    /// <summary>All that one snapshot leaves in a decision.</summary>
    private static string Told(MfaDecision decision)
    {
        var found = decision.Risk!.Findings.ToDictionary(f => f.Signal);
        return $"{decision.Rule} {decision.Outcome} threshold {decision.Risk.Threshold}: new_device {found["new_device"].Weight}, new_network {found["new_network"].Weight}, "
            + $"untrusted_address {found["untrusted_address"].Weight} {found["untrusted_address"].Code}, {decision.Reasons[^1]}";
    }

    private static Dictionary<string, string?> SignalsOf(bool isStrict) => new()
    {
        ["Mfa:Policy:Mode"] = "Suspicious",
        ["Mfa:Policy:Rules:0:Path"] = isStrict ? "/login" : "/elsewhere",
        ["Mfa:Policy:Rules:0:Mode"] = isStrict ? "Suspicious" : "Never",
        ["Mfa:Policy:Signals:Combine"] = isStrict ? "Score" : "Any",
        ["Mfa:Policy:Signals:Threshold"] = isStrict ? "100" : "1",
        ["Mfa:Policy:Signals:NewDevice:Weight"] = isStrict ? "70" : "80",
        ["Mfa:Policy:Signals:NewNetwork:Weight"] = isStrict ? "7" : "8",
        ["Mfa:Policy:Signals:UntrustedAddress:Weight"] = isStrict ? "300" : "200",
        ["Mfa:Addresses:Deny:0"] = isStrict ? "127.0.0.0/8" : "192.0.2.0/24",
    };

    /// <summary>Two settings of one snapshot: between them lies a third policy, which nobody set.</summary>
    private static void SetPolicy(TestHost host, bool isStrict)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Policy:Mode"] = isStrict ? "Always" : "Never";
        configuration["Mfa:Policy:Enrollment:Mode"] = isStrict ? "Required" : "Optional";
        configuration.Reload();
    }

    private static void Reload(TestHost host, string key, string value)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration[key] = value;
        configuration.Reload();
    }
}

file static class Clocks
{
    /// <summary>The time some seconds from now, as it will be written.</summary>
    public static string After(this Func<string> now, int seconds) => $"{long.Parse(now(), System.Globalization.CultureInfo.InvariantCulture) + seconds}";
}
