using MfaMiddleware.EntityFrameworkCore.Tests.Faults;
using MfaMiddleware.TestKit.Faults;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Nodes;

/// <summary>A node of this version and one of the next on one database, while an upgrade rolls on or is taken back.</summary>
public sealed class RollingUpgradeTests
{
    [Fact]
    public async Task C29_Records_and_tables_that_say_more_are_served_by_both_versions_in_turn()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost { Configure = Devices.AskOnlyUnknown };
        await using var old = await nodes.StartAsync(database.Use);
        await using var next = await nodes.StartAsync(database.Use, o => o.ServicesBefore = services => Use(services, nodes, Newer.Fields));
        using var toOld = old.Client();
        using var toNext = next.Client();
        foreach (var table in (string[])["MfaAccounts", "MfaFactors", "MfaRecoveryCodes", "MfaHistories", "MfaKeys", "MfaPendingSessions"])
            await RunAsync(database, $"ALTER TABLE {table} ADD COLUMN NextVersion TEXT NULL");

        foreach (var (from, to, source, target) in ((MfaClient, MfaClient, WebHost, WebHost)[])[(toNext, toOld, next, old), (toOld, toNext, old, next), (toNext, toOld, next, old)])
        {
            // A set-up that begins here ends there.
            var user = $"user{nodes.Clock.GetUtcNow().Ticks}";
            var challenge = await from.LoginAsync(user);
            // Both would insert the user's first history: one loses, and begins again, but the framework logs that as an error.
            await source.Services.HistoriesWrittenAsync();
            var enrollment = (await from.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" })).Json["enrollment"]!;
            var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, nodes.Clock);
            var done = await to.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() });
            Assert.Equal(200, done.Status);

            // The browser is known on both, and the session good on both.
            foreach (var client in (MfaClient[])[from, to, from])
            {
                Assert.False(await client.IsAskedAsync(user, done.DeviceCookie()));
                Assert.NotNull(await client.MeAsync(done.CookieHeader));
            }

            // A sign-in that begins here, with a wrong answer there, ends here.
            nodes.Clock.Advance(TimeSpan.FromSeconds(30));
            var wrong = await to.AnswerAsync((await from.LoginAsync(user)).Token, device.WrongCode());
            Assert.Equal("4", wrong["attempts_remaining"]);
            Assert.Equal(200, (await from.AnswerAsync(wrong.Token, device.Code())).Status);
            AssertNothingBroke(source, target);
        }
    }

    [Fact]
    public async Task C29_Records_of_an_unknown_layout_are_negative_answers_on_the_old_node_and_good_ones_on_the_new()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost { Configure = Devices.AskOnlyUnknown };
        await using var old = await nodes.StartAsync(database.Use);
        await using var next = await nodes.StartAsync(database.Use, o => o.ServicesBefore = services => Use(services, nodes, Newer.Layout));
        using var toOld = old.Client();
        using var toNext = next.Client();

        // A factor, a device and a session of the next version.
        var alice = await toNext.EnrollAsync(next, "alice");
        var browser = alice.SignedIn.DeviceCookie();
        Assert.False(await toNext.IsAskedAsync("alice", browser));
        Assert.True(await toOld.IsAskedAsync("alice", browser));
        var session = await toNext.LoginAsync("alice");
        Assert.Equal(401, (await toOld.AnswerAsync(session.Token, alice.Device.Code())).Status);
        Assert.Equal(401, (await toOld.GetAsync("/mfa/session", ("X-MFA-Token", session.Token!))).Status);
        var refused = await toOld.AnswerAsync((await toOld.LoginAsync("alice")).Token, alice.Device.Code());
        Assert.Equal((401, 0), (refused.Status, refused.SessionCookies.Count));
        Assert.Equal(200, (await toNext.AnswerAsync(session.Token, alice.Device.Code())).Status);

        // Nobody is without a factor because it can't be read: nothing can be set up in its place.
        var enrolling = await toOld.PostAsync("/mfa/enroll", new { mfa_token = (await toOld.LoginAsync("alice")).Token, method = "totp" });
        Assert.NotInRange(enrolling.Status, 200, 299);
        Assert.DoesNotContain("secret", enrolling.Body, StringComparison.Ordinal);

        // A recovery code has no version: it is good on both, once.
        Assert.Equal(200, (await toOld.AnswerAsync((await toOld.LoginAsync("alice")).Token, alice.RecoveryCodes[0])).Status);
        Assert.Equal(401, (await toNext.AnswerAsync((await toNext.LoginAsync("alice")).Token, alice.RecoveryCodes[0])).Status);

        // A user's factors of this version stay good beside one of the next.
        var newer = await next.EnrollTotpAsync("bob");
        var older = await old.EnrollTotpAsync("bob");
        Assert.Equal(401, (await toOld.AnswerAsync((await toOld.LoginAsync("bob")).Token, newer.Code())).Status);
        Assert.Equal(200, (await toOld.AnswerAsync((await toOld.LoginAsync("bob")).Token, older.Code())).Status);
        Assert.Equal(200, (await toNext.AnswerAsync((await toNext.LoginAsync("bob")).Token, newer.Code())).Status);
        AssertNothingBroke(old, next);
    }

    [Theory]
    [InlineData("UPDATE MfaPendingSessions SET Kind = 9")]
    [InlineData("UPDATE MfaPendingSessions SET Purpose = 9")]
    public async Task C29_Session_of_a_kind_or_for_a_purpose_that_this_version_does_not_know_can_not_be_answered(string change)
    {
        await using var database = new TestDatabase();
        await using var host = await new FaultHost().StartAsync(database.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");

        await RunAsync(database, change);

        var reply = await client.AnswerAsync(challenge.Token, device.Code());
        Assert.Equal((401, 0), (reply.Status, reply.SessionCookies.Count));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
        AssertNothingBroke(host);
    }

    [Fact]
    public async Task C29_Factor_of_a_method_that_this_version_does_not_have_lets_nobody_in_and_is_no_reason_to_set_up_another()
    {
        await using var database = new TestDatabase();
        await using var host = await new FaultHost().StartAsync(database.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RunAsync(database, "UPDATE MfaFactors SET Method = 'next_version'");

        var reply = await client.LoginAsync("alice");

        Assert.Empty(reply.SessionCookies);
        Assert.NotEqual("true", reply["enrollment_required"]);
        if (reply.Token is { } token)
        {
            Assert.Equal(401, (await client.AnswerAsync(token, device.Code())).Status);
            Assert.NotInRange((await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" })).Status, 200, 299);
        }

        AssertNothingBroke(host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAA")]
    public async Task C29_Tokens_and_device_cookies_of_another_form_are_none(string more)
    {
        await using var database = new TestDatabase();
        await using var host = await new FaultHost { Configure = Devices.AskOnlyUnknown }.StartAsync(database.Use);
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var challenge = await client.LoginAsync("alice");
        var (token, cookie) = more.Length > 0 ? (challenge.Token + more, alice.SignedIn.DeviceCookie() + more) : (challenge.Token![1..], alice.SignedIn.DeviceCookie()[..^1]);

        Assert.Equal(401, (await client.AnswerAsync(token, alice.Device.Code())).Status);
        Assert.True(await client.IsAskedAsync("alice", cookie));
        Assert.Equal(200, (await client.AnswerAsync(challenge.Token, alice.Device.Code())).Status);
        AssertNothingBroke(host);
    }

    // The later registration counts.
    private static void Use(IServiceCollection services, FaultHost nodes, Newer newer) =>
        services.AddSingleton<IDataProtectionProvider>(new NewerVersion(nodes.Keys, newer));

    private static void AssertNothingBroke(params WebHost[] hosts) => Assert.All(
        hosts.SelectMany(h => h.Logs.Lines),
        line => Assert.False(line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal), line));

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var connection = database.Open();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own literals
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
