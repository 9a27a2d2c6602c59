using System.Text.Json;
using System.Text.Json.Nodes;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>WebAuthn over HTTP: what a hostile client, or another site's page, can send.</summary>
public sealed class ForgingAssertionsTests
{
    [Fact]
    public async Task B008_AccountWhoseCodesAreOff_SignsInWithItsKeyAndHasItsCodesBack()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");
        var device = await host.EnrollTotpAsync("alice");
        var other = await host.EnrollTotpAsync("bob");
        for (var i = 0; i < 100; i++)
        {
            host.Clock.Advance(TimeSpan.FromHours(1));
            await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.WrongCode(i));
        }

        host.Clock.Advance(TimeSpan.FromHours(2));
        // The password sign-in isn't locked, nor are other users; only guessing is.
        Assert.Equal(429, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, other.Code())).Status);

        Assert.Equal(200, (await FidoHost.SignInAsync(client, key, "alice")).Status);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
    }

    [Fact]
    public async Task B110_ChallengesOfManyCeremonies_AreLongUniqueAndBoundToTheirSession()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.LogLevel = LogLevel.Warning;
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");
        var (one, two) = ((await client.LoginAsync("alice")).Token, (await client.LoginAsync("alice")).Token);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++) Assert.True(seen.Add((await FidoHost.OptionsAsync(client, one)).GetProperty("challenge").GetString()!));
        // The rest from where those came from, the running host's own method, without the request around it and without a key to open.
        var method = host.Services.GetServices<IMfaMethod>().Single(m => m.Name == "fido");
        var context = new MfaMethodContext { Subject = new MfaSubject("", "alice"), Factors = [], Now = host.Clock.GetUtcNow() };
        while (seen.Count < 10_000)
        {
            var started = Assert.IsType<ChallengeResult.Started>(await method.ChallengeAsync(context, default));
            Assert.True(seen.Add(started.PublicKey!.Value.GetProperty("challenge").GetString()!));
        }

        Assert.All(seen, challenge => Assert.True(challenge.Length >= 43));

        // Of another session, of a registration, and too late.
        var options = await FidoHost.OptionsAsync(client, one);
        await FidoHost.OptionsAsync(client, two);
        Assert.Equal(401, (await FidoHost.AnswerAsync(client, two, key.Get(options))).Status);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        Oracles.IsInvalidToken(await FidoHost.AnswerAsync(client, one, key.Get(options)));
    }

    [Fact]
    public async Task B111_ChallengeThatWasAnswered_IsSpentByFailureSuccessAndParallel()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");

        // After a failure: the right assertion of the same challenge comes too late.
        var token = (await client.LoginAsync("alice")).Token;
        var options = await FidoHost.OptionsAsync(client, token);
        var failed = await FidoHost.AnswerAsync(client, token, key.Get(options, draft => draft.Flags = 0));
        Assert.Equal((401, "invalid_code"), (failed.Status, failed.Error));
        var late = await FidoHost.AnswerAsync(client, failed.Token, key.Get(options));
        Assert.Equal((401, "invalid_code"), (late.Status, late.Error));

        // In parallel: once. After success: never.
        options = await FidoHost.OptionsAsync(client, late.Token);
        var assertion = key.Get(options);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FidoHost.AnswerAsync(client, late.Token, assertion)));
        Assert.Single(replies, reply => reply.Status == 200);
        Oracles.IsInvalidToken(await FidoHost.AnswerAsync(client, late.Token, assertion));
        var next = (await client.LoginAsync("alice")).Token;
        Assert.Equal(401, (await FidoHost.AnswerAsync(client, next, assertion)).Status);
    }

    [Fact]
    public async Task B111_ChallengeOfARegistration_ProvesNothing()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        var cookie = ("Cookie", (await FidoHost.EnrollAsync(client, key, "alice")).CookieHeader);
        var begun = (await client.PostAsync("/mfa/factors", new { method = "fido" }, cookie)).Json["enrollment"]!;
        var creation = begun["public_key"]!.AsObject();
        var disguised = new JsonObject { ["challenge"] = creation["challenge"]!.DeepClone(), ["rpId"] = "example.com", ["extensions"] = new JsonObject() };

        var token = (await client.LoginAsync("alice")).Token;
        await FidoHost.OptionsAsync(client, token);
        var reply = await FidoHost.AnswerAsync(client, token, key.Get(disguised.Deserialize<JsonElement>()));

        Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
        var crossed = await client.PostAsync($"/mfa/factors/{begun["id"]}/verify", new { credential = key.Get(await FidoHost.OptionsAsync(client, reply.Token)) }, cookie);
        Assert.Equal(401, crossed.Status);
    }

    [Fact]
    public async Task B112_ValuesOfTheBodyBesideTheCredential_AreIgnored()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator { Origin = "https://evil.example" };
        using var alices = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, alices, "alice");
        var token = (await client.LoginAsync("alice")).Token;
        var options = await FidoHost.OptionsAsync(client, token);

        var mine = new JsonObject { ["challenge"] = Convert.ToBase64String(new byte[32]).TrimEnd('='), ["rpId"] = "evil.example", ["extensions"] = new JsonObject() };
        key.UserHandle = alices.UserHandle;
        key.CredentialId = alices.CredentialId;
        var reply = await client.PostAsync("/mfa", new
        {
            mfa_token = token,
            credential = key.Get(mine.Deserialize<JsonElement>()),
            challenge = (string)mine["challenge"]!,
            rpId = "evil.example",
            origin = "https://evil.example",
            user = "alice",
            public_key = key.Key.PublicKey,
        });

        Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
        Assert.Equal("example.com", options.GetProperty("rpId").GetString());
        await Oracles.NobodyIsSignedInAsync(client, reply);

        // Beside a right answer they change nothing either: the user is the session's, the rest the ceremony's.
        var right = alices.Get(await FidoHost.OptionsAsync(client, reply.Token));
        var done = await client.PostAsync("/mfa", new { mfa_token = reply.Token, credential = right, challenge = (string)mine["challenge"]!, rpId = "evil.example", origin = "https://evil.example", user = "bob" });
        Assert.Equal("alice", (string)(await client.MeAsync(done.CookieHeader))!["sub"]![0]!);
    }

    [Theory]
    [InlineData("https://evilexample.com")]
    [InlineData("https://example.com.evil")]
    [InlineData("http://example.com")]
    [InlineData("https://example.com:8443")]
    [InlineData("https://example.com/")]
    [InlineData("https://EXAMPLE.com")]
    [InlineData("https://xn--exmple-cua.com")]
    [InlineData("null")]
    [InlineData("android:apk-key-hash:AAAA")]
    [InlineData("https://sub.example.com")]
    public async Task B113_OriginThatIsNotOnTheList_IsRefused(string origin)
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");

        key.Origin = origin;
        var reply = await FidoHost.SignInAsync(client, key, "alice");

        Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
        await Oracles.NobodyIsSignedInAsync(client, reply);
        Assert.Contains(host.Events.All, e => e.Name == MfaEventNames.AnswerRejected && e.Reasons.Contains("origin_not_allowed"));
    }

    [Fact]
    public async Task B118_SignatureCounter_NeverGoesBackWhateverTheOrder()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator { Counter = 5 };
        await FidoHost.EnrollAsync(client, key, "alice");
        async Task<int> WithAsync(uint counter) => (await FidoHost.SignInAsync(client, key, "alice", draft => draft.SignCount = counter)).Status;

        Assert.Equal(401, await WithAsync(5));
        Assert.Equal(401, await WithAsync(4));
        Assert.Equal(401, await WithAsync(0));
        Assert.Equal(200, await WithAsync(6));
        Assert.Equal(200, await WithAsync(uint.MaxValue));
        Assert.Equal(401, await WithAsync(7));

        // Two assertions out of order: both may have been genuine, but the counter doesn't go back for the one that comes last.
        using var other = new SoftAuthenticator { Counter = 1 };
        await FidoHost.EnrollAsync(client, other, "bob");
        var (one, two) = ((await client.LoginAsync("bob")).Token, (await client.LoginAsync("bob")).Token);
        var (first, second) = (other.Get(await FidoHost.OptionsAsync(client, one)), other.Get(await FidoHost.OptionsAsync(client, two)));
        Assert.Equal(200, (await FidoHost.AnswerAsync(client, two, second)).Status);
        Assert.Equal(401, (await FidoHost.AnswerAsync(client, one, first)).Status);
        var stored = (await host.Services.GetRequiredService<IMfaFactorStore>().FindAsync(new MfaSubject("", "bob"), default)).Factors[0].Counter;
        Assert.Equal(3, stored);

        // An authenticator without a counter says 0 each time.
        using var without = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, without, "carol");
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await FidoHost.SignInAsync(client, without, "carol")).Status);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"response":[]}""")]
    public async Task CredentialOfNoShape_IsAWrongAnswerOrABadRequestAndNeverAnError(string credential)
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");
        var token = (await client.LoginAsync("alice")).Token;
        await FidoHost.OptionsAsync(client, token);

        var reply = await client.PostTextAsync("/mfa", $$"""{ "mfa_token": "{{token}}", "method": "fido", "credential": {{credential}} }""");

        Assert.True(reply.Status is 400 or 401, reply.Body);
    }
}
