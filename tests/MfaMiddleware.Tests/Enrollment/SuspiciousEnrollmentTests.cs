using MfaMiddleware.Policies.History;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Endpoints.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Enrollment;

/// <summary>Who sets up the first factor of a suspicious sign-in, and how long nobody has to.</summary>
public sealed class SuspiciousEnrollmentTests
{
    [Fact]
    public async Task SignOfAnAttack_LocksTheSetUpUntilAnAccessCodeOpensIt_AndALackOfHistoryDoesNot()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            AdminHost.Use(o);
            o.Settings["Policy:Mode"] = "Suspicious";
            Reports(o);
        });
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);

        await client.PostAsync("/reports/reset", new { user = "reset" });
        for (var i = 0; i < 5; i++) await client.PostAsync("/reports/failed", new { user = "guessed" });
        for (var i = 0; i < 4; i++) await client.PostAsync("/reports/failed", new { user = "clumsy" });
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        await IsLockedAsync(client, host, "reset", "password_reset");
        await IsLockedAsync(client, host, "guessed", "failed_passwords");
        await client.EnrollAsync(host, "clumsy");
        await client.EnrollAsync(host, "nobody-knows-her");

        Set(host, ("Mfa:Addresses:Deny:0", "127.0.0.0/8"));
        var locked = await IsLockedAsync(client, host, "listed", "found_on_deny_list");

        // What an administrator hands over opens it, in this session and no other.
        var code = await AdminHost.AccessCodeAsync(client, admin, "listed");
        var challenge = await client.LoginAsync("listed");
        Assert.Equal(403, (await BeginAsync(client, challenge)).Status);
        var open = await client.AnswerAsync(challenge.Token, code, "access_code");
        Assert.Equal((200, """["totp"]"""), (open.Status, open.Json["enroll"]!.ToJsonString()));
        Assert.Equal(403, (await BeginAsync(client, locked)).Status);
        var begun = (await BeginAsync(client, open)).Json["enrollment"]!;
        var device = new TotpDevice((string)begun["id"]!, (string)begun["secret"]!, host.Clock);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = open.Token, enrollment_id = device.FactorId, code = device.Code() })).Status);
        Assert.Equal(401, (await client.AnswerAsync(locked.Token, code, "access_code")).Status);
    }

    [Fact]
    public async Task GracePeriod_IsCountedFromTheFirstSignIn_AndIsNotForAttackersNorAfterAReset()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            AdminHost.Use(o);
            o.Settings["Policy:Enrollment:GracePeriod"] = "7.00:00:00";
            Reports(o);
        });
        using var client = host.Client();
        var deadline = $"{host.Clock.GetUtcNow().AddDays(7).ToUnixTimeSeconds()}";

        Assert.Equal(deadline, await EnrollByAsync(client, "alice"));
        host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(deadline, await EnrollByAsync(client, "alice"));
        // Who comes later has a week of their own; an attack has none, and neither has who had a factor that was taken away.
        Assert.Equal($"{host.Clock.GetUtcNow().AddDays(7).ToUnixTimeSeconds()}", await EnrollByAsync(client, "bob"));
        await client.PostAsync("/reports/reset", new { user = "carol" });
        await IsLockedAsync(client, host, "carol", "sign_of_attack");
        await ResetAsync(host, "dave");
        Assert.Equal("1", (await client.LoginAsync("dave"))["type"]);

        host.Clock.Advance(TimeSpan.FromDays(4) - TimeSpan.FromSeconds(1));
        Assert.Equal(deadline, await EnrollByAsync(client, "alice"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var due = await client.LoginAsync("alice");
        Assert.Equal(("1", null), (due["type"], due["welcome"]));
        Assert.Equal(200, (await BeginAsync(client, due)).Status);
        var done = (await client.EnrollAsync(host, "alice")).SignedIn;
        Assert.False((await client.MeAsync(done.CookieHeader))!.ContainsKey("mfa_enroll_by"));
    }

    [Fact]
    public async Task OptionalEnrollment_LetsAnAttackPass_AndSetsNothingUpInItsSession()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Enrollment:Mode"] = "Optional";
            Reports(o);
        });
        using var client = host.Client();
        await client.PostAsync("/reports/reset", new { user = "reset" });

        Assert.Equal(401, await BeginInSessionAsync("reset"));
        Assert.Equal(200, await BeginInSessionAsync("alice"));

        async Task<int> BeginInSessionAsync(string user)
        {
            var reply = await client.LoginAsync(user);
            Assert.Equal(user, reply["welcome"]);
            return (await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", reply.CookieHeader))).Status;
        }
    }

    private static async Task ResetAsync(TestHost host, string user)
    {
        await host.EnrollTotpAsync(user);
        await host.Services.GetRequiredService<MfaMiddleware.Factors.IMfaFactorStore>().ResetAsync(new MfaSubject("", user), host.Clock.GetUtcNow(), default);
    }

    /// <summary>The deadline that the session of a sign-in that passed tells.</summary>
    private static async Task<string?> EnrollByAsync(MfaClient client, string user)
    {
        var reply = await client.LoginAsync(user);
        Assert.Equal(user, reply["welcome"]);
        var me = (await client.MeAsync(reply.CookieHeader))!;
        Assert.Equal("""["pwd"]""", me["amr"]!.ToJsonString());
        return (string?)me["mfa_enroll_by"]?[0];
    }

    private static async Task<Reply> IsLockedAsync(MfaClient client, TestHost host, string user, string reason)
    {
        var reply = await client.LoginAsync(user);
        Assert.Equal(("1", "[]"), (reply["type"], reply.Json["enroll"]!.ToJsonString()));
        var refused = await BeginAsync(client, reply);
        Assert.Equal((403, "enrollment_not_allowed"), (refused.Status, refused.Error));
        var decision = host.Events.All.Last(e => e.Name == "SignInChallenged" && e.Subject?.Id == user).Decision!;
        Assert.Equal(MfaMiddleware.Policies.MfaOutcome.EnrollmentRequired, decision.Outcome);
        Assert.Contains(reason, decision.Reasons);
        Assert.True(decision.Risk!.IsAttack);
        return reply;
    }

    private static Task<Reply> BeginAsync(MfaClient client, Reply challenge) => client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });

    private static void Reports(TestHostOptions options)
    {
        var admin = options.Endpoints;
        options.Endpoints = app =>
        {
            admin?.Invoke(app);
            app.MapPost("/reports/failed", (HttpContext context, Typed typed) => context.ReportFailedSignIn(typed.User));
            app.MapPost("/reports/reset", (HttpContext context, Typed typed) => context.ReportPasswordChangedAsync(typed.User, wasReset: true));
        };
    }

    private static void Set(TestHost host, params (string Key, string Value)[] settings)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        foreach (var (key, value) in settings) configuration[key] = value;
        configuration.Reload();
    }

    private sealed record Typed(string User);
}
