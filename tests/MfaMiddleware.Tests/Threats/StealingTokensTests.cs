using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class StealingTokensTests
{
    [Fact]
    public async Task B027_10000Tokens_AreRandomAndSayNothing()
    {
        await using var host = await TestHost.StartAsync(o => o.LogLevel = LogLevel.Warning);
        using var client = host.Client();
        var tokens = new string[10_000];

        await Parallel.ForAsync(0, tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            tokens[i] = (await client.LoginAsync($"user-{i:D5}")).Token!);

        var bytes = tokens.Select(WebEncoders.Base64UrlDecode).ToList();
        Assert.All(bytes, b => Assert.True(b.Length * 8 >= 256));
        Assert.Equal(tokens.Length, tokens.Distinct().Count());
        Assert.All(tokens, token => Assert.False(Guid.TryParse(token, out _) || token.Contains('.')));
        Assert.All(bytes.Index(), b => Assert.DoesNotContain($"{b.Index:D5}", System.Text.Encoding.Latin1.GetString(b.Item), StringComparison.Ordinal));

        // No byte is fixed, none is a counter, and neither half is shared: each position has all its values, none of them often.
        for (var position = 0; position < bytes[0].Length; position++)
        {
            var counts = bytes.GroupBy(b => b[position]).Select(group => group.Count()).ToList();
            Assert.InRange(counts.Count, 250, 256);
            Assert.InRange(counts.Max(), 1, 80);
        }

        Assert.Equal(tokens.Length, bytes.Select(b => Convert.ToHexString(b[..8])).Distinct().Count());
        Assert.Equal(tokens.Length, bytes.Select(b => Convert.ToHexString(b[^8..])).Distinct().Count());
    }

    [Fact]
    public async Task B029_Token_EndsAfterFiveMinutesWhateverHappenedInBetween()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");
        var (a, b) = (await client.LoginAsync("alice"), await client.LoginAsync("bob"));
        for (var minute = 0; minute < 4; minute++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", a.Token!))).Status);
            a = await client.AnswerAsync(a.Token, alice.WrongCode(minute));
            b = await client.AnswerAsync(b.Token, bob.WrongCode(minute));
            Assert.Equal(200, (await client.PostAsync("/mfa/challenge", new { mfa_token = b.Token, method = "totp" })).Status);
        }

        host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(200, (await client.AnswerAsync(a.Token, alice.Code())).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        var late = await client.AnswerAsync(b.Token, bob.Code());

        Oracles.IsInvalidToken(late);
        await Oracles.NobodyIsSignedInAsync(client, late);
    }

    [Fact]
    public async Task B029_TokenFromBeforeARestart_IsRefused()
    {
        await using var database = new SharedDatabase();
        TotpDevice device;
        string? token;
        await using (var before = await database.StartNodeAsync())
        {
            using var old = before.Client();
            device = await before.EnrollTotpAsync("alice");
            token = (await old.LoginAsync("alice")).Token;
        }

        await using var after = await database.StartNodeAsync();
        using var client = after.Client();
        var refused = await client.AnswerAsync(token, device.Code());
        Oracles.IsInvalidToken(refused);
        await Oracles.NobodyIsSignedInAsync(client, refused);
        database.Clock.Advance(TimeSpan.FromSeconds(301));
        Oracles.IsInvalidToken(await client.AnswerAsync(token, device.Code()));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
    }

    [Fact]
    public async Task B029_TokenOfOneHost_IsRefusedByAnotherOverTheSameFactors()
    {
        await using var database = new SharedDatabase();
        await using var one = await database.StartNodeAsync();
        await using var two = await database.StartNodeAsync();
        using var first = one.Client();
        using var second = two.Client();
        var device = await one.EnrollTotpAsync("alice");
        var token = (await first.LoginAsync("alice")).Token;

        var elsewhere = await second.AnswerAsync(token, device.Code());

        Oracles.IsInvalidToken(elsewhere);
        await Oracles.NobodyIsSignedInAsync(second, elsewhere);
        Assert.Equal(200, (await first.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public async Task B030_TokenInAQuery_IsNotReadAndNoAnswerIsCached()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");
        var query = "?mfa_token=" + challenge.Token;

        var post = await client.PostAsync("/mfa" + query, new { code = device.Code() });
        var session = await client.GetAsync("/mfa/session" + query);
        var inPath = await client.GetAsync("/mfa/" + challenge.Token);
        var done = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal((400, 401, 404, 200), (post.Status, session.Status, inPath.Status, done.Status));
        foreach (var reply in new[] { challenge, post, session, done }) Assert.True(reply.Message.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task B031_OwnTokenWithAnothersCode_IsRefusedAndCountedForTheTokensOwnerAlone()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = CountingFactorStore.Use);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");
        var store = (CountingFactorStore)host.Services.GetService(typeof(CountingFactorStore))!;
        var (a, b) = (await client.LoginAsync("alice"), await client.LoginAsync("bob"));

        var reply = await client.AnswerAsync(a.Token, bob.Code());
        var byId = await client.PostAsync("/mfa", new { mfa_token = reply.Token, code = bob.Code(), factor_id = bob.FactorId });

        Assert.Equal((401, "4"), (reply.Status, reply["attempts_remaining"]));
        Assert.Equal((401, "3"), (byId.Status, byId["attempts_remaining"]));
        Assert.Equal((2, 0), (store.ChargesOf("alice"), store.ChargesOf("bob")));
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", b.Token!)))["attempts_remaining"]);
        Assert.Equal(200, (await client.AnswerAsync(b.Token, bob.Code())).Status);
    }

    [Fact]
    public async Task B034_TokenInThePlaceOfAnyCredential_OpensNothing()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync();
        using var client = host.Client();
        var cookies = (await client.EnrollAsync(host, "bob")).SignedIn.SetCookies.Select(c => c.Split('=')[0]).ToList();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;
        Assert.NotEmpty(cookies);
        var names = cookies.Concat([".AspNetCore.Cookies", ".AspNetCore.Identity.Application", "Identity.TwoFactorRememberMe", "mfa_token"]).ToList();

        var tries = new List<Reply>();
        foreach (var me in new[] { "/me", "/identity/me", "/mfa/factors" })
        {
            foreach (var name in names) tries.Add(await client.GetAsync(me, ("Cookie", $"{name}={token}")));
            foreach (var scheme in new[] { "Bearer", "Basic", "ApiKey", "MFA" }) tries.Add(await client.GetAsync(me, ("Authorization", $"{scheme} {token}")));
            foreach (var header in new[] { "X-MFA-Token", "X-Api-Key", "X-Auth-Token" }) tries.Add(await client.GetAsync(me, (header, token)));
            foreach (var parameter in new[] { "access_token", "code", "id_token_hint", "refresh_token", "token", "api_key" }) tries.Add(await client.GetAsync($"{me}?{parameter}={token}"));
        }

        tries.Add(await client.PostAsync("/identity/refresh", new { refreshToken = token }));

        Assert.All(tries, reply => Assert.Equal(401, reply.Status));
        await Oracles.NobodyIsSignedInAsync(client, [.. tries]);

        // Where it belongs it was good all the time.
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public async Task B035_ChallengeOfAnEnrolledUser_HoldsWhatTheContractListsAndNothingOfTheUser()
    {
        await using var host = await TestHost.StartAsync(o => o.Principal = user => TestHost.PrincipalOf(user + "-secret-subject"));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice-secret-subject");
        await host.EnrollTotpAsync("alice-secret-subject");

        var reply = await client.LoginAsync("alice");

        Assert.Equal(["attempts_remaining", "expires_in", "methods", "mfa_token", "type"], reply.Json.Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, reply.Json["methods"]!.AsArray().Count);
        Assert.All(reply.Json["methods"]!.AsArray(), m => Assert.Equal(["id", "method", "name"], m!.AsObject().Select(p => p.Key)));
        Assert.All(reply.Json["methods"]!.AsArray(), m => Assert.Equal(("totp", "Phone app"), ((string)m!["method"]!, (string)m["name"]!)));
        Oracles.NoLeak([reply.Body, string.Join('\n', reply.Message.Headers.SelectMany(h => h.Value))], "secret-subject", "example.com", device.Secret, "Admin");
        Oracles.NoLeak([System.Text.Encoding.Latin1.GetString(WebEncoders.Base64UrlDecode(reply.Token!))], "secret", "alice");
    }

    [Fact]
    public async Task B036_ForgedTokens_GetOneNegativeAnswer()
    {
        await using var host = await TestHost.StartAsync();
        await using var foreign = await TestHost.StartAsync();
        using var client = host.Client();
        using var foreignClient = foreign.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookie = (await client.EnrollAsync(host, "bob")).SignedIn.SessionCookies.Single().Split(';')[0].Split('=')[1];
        var token = (await client.LoginAsync("alice")).Token!;
        string Flip(int index) => token[..index] + (token[index] == 'A' ? 'B' : 'A') + token[(index + 1)..];
        string[] forged =
        [
            cookie[..64], (await foreignClient.LoginAsync("alice")).Token!, Flip(0), Flip(21), Flip(22), Flip(63), token[..^1], token[..22], token[22..], token + "A",
            token.ToUpperInvariant(), "\r\n*1\r\n$8\r\nFLUSHALL\r\n", "*1", "' OR 1=1 --", "\"; DROP TABLE sessions", "{}", "../../x", new string('A', 64), "\u0000" + token[1..], "", " " + token,
        ];

        var replies = new List<Reply>();
        foreach (var value in forged) replies.Add(await client.AnswerAsync(value, device.Code()));

        Assert.All(replies, Oracles.IsInvalidToken);
        Oracles.Same([.. replies]);
        Assert.Equal(400, (await client.AnswerAsync(cookie, device.Code())).Status);
        Assert.Equal(413, (await client.AnswerAsync(new string('A', 64 * 1024), device.Code())).Status);
        await Oracles.NobodyIsSignedInAsync(client, [.. replies]);

        // The token itself was good all the time.
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public async Task B036_TokenOfAnotherTenant_IsUnknownThereAndStaysGoodAtHome()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.UseRealm(context => context.Request.Headers["X-Tenant"].ToString()));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice", "red");
        await host.EnrollTotpAsync("alice", "blue");
        var token = (await client.PostAsync("/login", new { user = "alice" }, ("X-Tenant", "red"))).Token;

        var elsewhere = await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code() }, ("X-Tenant", "blue"));
        var session = await client.GetAsync("/mfa/session", ("X-MFA-Token", token!), ("X-Tenant", "blue"));
        var cancel = await client.PostAsync("/mfa/cancel", new { mfa_token = token }, ("X-Tenant", "blue"));

        foreach (var reply in new[] { elsewhere, session, cancel }) Oracles.IsInvalidToken(reply);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code() }, ("X-Tenant", "red"))).Status);
    }

    [Fact]
    public async Task B037_LargeRememberedIdentitySignIn_LeavesNoPieceOfTheSessionBehind()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync(await site.AddUserAsync(host, "alice@example.com", claims: 300));

        var json = await client.PostAsync("/identity/login?useCookies=true", new { email = "alice@example.com", password = IdentitySite.Password });
        var redirect = await client.PostAsync("/identity-form/redirect", new { email = "alice@example.com" });
        var thrown = await client.PostAsync("/identity-form/throw", new { email = "alice@example.com" });
        var caught = await client.PostAsync("/identity-form/throw-and-catch", new { email = "alice@example.com" });

        Assert.Equal(("1", "1", 500, 500), (json["type"], redirect["type"], thrown.Status, caught.Status));
        foreach (var reply in new[] { json, redirect, thrown, caught }) Assert.All(reply.SetCookies, c => Assert.Contains("expires=Thu, 01 Jan 1970", c, StringComparison.Ordinal));
        await Oracles.NobodyIsSignedInAsync(client, json, redirect, thrown, caught);

        // The same sign-in does set chunks once the factor is there.
        var done = await client.AnswerAsync(json.Token, device.Code());
        Assert.Contains(done.SetCookies, c => c.StartsWith(".AspNetCore.Identity.ApplicationC2=", StringComparison.Ordinal) && c.Contains("expires="));
    }
}
