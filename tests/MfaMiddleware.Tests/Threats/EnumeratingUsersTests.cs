using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class EnumeratingUsersTests
{
    [Fact]
    public async Task B080_FailedPasswords_LookTheSameForEveryKindOfUserAndAskTheStoreNothing()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Endpoints = PasswordLogin.Map;
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        var calls = store.Calls;

        var withFactor = await client.PostAsync("/password-login", new { user = "alice", password = "wrong" });
        var without = await client.PostAsync("/password-login", new { user = "bob", password = "wrong" });
        var unknown = await client.PostAsync("/password-login", new { user = "carol", password = "wrong" });

        Oracles.Same(withFactor, without, unknown);
        Assert.Equal(withFactor.Body, unknown.Body);
        Assert.Equal(calls, store.Calls);
        Assert.Equal("1", (await client.PostAsync("/password-login", new { user = "alice", password = PasswordLogin.Password }))["type"]);
    }

    [Fact]
    public async Task B080_FailedPasswordsAtIdentity_LookTheSameToo()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync(o => o.ServicesAfter = CountingFactorStore.Use);
        using var client = host.Client();
        await host.EnrollTotpAsync(await site.AddUserAsync(host, "alice@example.com"));
        await site.AddUserAsync(host, "bobby@example.com");
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        var calls = store.Calls;

        foreach (var path in new[] { "/identity/login", "/identity/login?useCookies=true" })
        {
            var replies = new List<Reply>();
            foreach (var user in new[] { "alice", "bobby", "carol" }) replies.Add(await client.PostAsync(path, new { email = user + "@example.com", password = "Wrong-pass-1" }));

            Assert.All(replies, reply => Assert.Equal(401, reply.Status));
            Oracles.Same([.. replies]);
        }

        Assert.Equal(calls, store.Calls);
        Assert.Equal("1", (await client.PostAsync("/identity/login", new { email = "alice@example.com", password = IdentitySite.Password }))["type"]);
    }

    [Fact]
    public async Task B081_QuestionsAboutAUser_HaveNoAnswerBeforeThePassword()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        string[] paths = ["/mfa", "/mfa/session", "/mfa/methods", "/mfa/methods/{0}", "/mfa/users/{0}", "/mfa/users/{0}/factors", "/mfa/factors", "/mfa/admin/users/{0}/factors", "/mfa/discover", "/mfa/session/{0}"];

        foreach (var path in paths)
        {
            foreach (var query in new[] { "", "?user={0}&sub={0}&email={0}@example.com" })
            {
                var replies = new List<Reply>();
                foreach (var user in new[] { "alice", "bobby" }) replies.Add(await client.GetAsync((path + query).Replace("{0}", user, StringComparison.Ordinal), ("X-User", user)));
                Assert.All(replies, reply => Assert.InRange(reply.Status, 401, 405));
                Oracles.Same([.. replies]);
            }
        }

        foreach (var path in new[] { "/mfa", "/mfa/challenge", "/mfa/enroll", "/mfa/cancel" })
        {
            var replies = new List<Reply>();
            foreach (var user in new[] { "alice", "bobby" }) replies.Add(await client.PostAsync(path, new { user, sub = user, method = "totp", code = "123456" }));
            Assert.All(replies, reply => Assert.Equal(400, reply.Status));
            Oracles.Same([.. replies]);
        }
    }

    [Fact]
    public async Task B082_WrongAnswersOfOneClass_LookTheSame()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var right = device.Code();
        var wrong = new List<Reply>();
        foreach (var code in new[] { Change(right, 0), Change(right, 5), device.WrongCode() }) wrong.Add(await client.AnswerAsync((await client.LoginAsync("alice")).Token, code));
        Assert.All(wrong, reply => Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error)));
        Oracles.Same([.. wrong]);

        // Unknown, spent, superseded, cancelled, expired: one shape.
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        var cancelled = (await client.LoginAsync("alice")).Token;
        Assert.Equal(204, (await client.PostAsync("/mfa/cancel", new { mfa_token = cancelled })).Status);
        var spent = (await client.LoginAsync("alice")).Token;
        Assert.Equal(200, (await client.AnswerAsync(spent, device.Code())).Status);
        var superseded = (await client.LoginAsync("alice")).Token;
        Assert.Equal(401, (await client.AnswerAsync(superseded, device.WrongCode())).Status);
        var expired = (await client.LoginAsync("alice")).Token;
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var invalid = new List<Reply>();
        foreach (var token in new[] { MfaToken.New().Encode(), "short", spent, superseded, cancelled, expired }) invalid.Add(await client.AnswerAsync(token, device.Code()));
        Assert.All(invalid, Oracles.IsInvalidToken);
        Oracles.Same([.. invalid]);
    }

    private static string Change(string code, int position) => code[..position] + (char)('0' + ((code[position] - '0' + 5) % 10)) + code[(position + 1)..];
}
