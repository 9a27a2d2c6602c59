using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary>Challenge, session, cancel and enrol, as the contract describes them.</summary>
public sealed class PendingEndpointsTests
{
    [Fact]
    public async Task Challenge_OfAnOfferedMethod_NamesItAndKeepsTheToken()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var byMethod = await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "totp" });
        var byFactor = await client.PostAsync("/mfa/challenge", new { mfa_token = token, factor_id = device.FactorId });

        var expected = $$$"""{"type":1,"mfa_token":"{{{token}}}","challenge":{"method":"totp"}}""";
        Assert.Equal((200, expected), (byMethod.Status, byMethod.Body));
        Assert.Equal((200, expected), (byFactor.Status, byFactor.Body));
        Assert.True(byMethod.Message.Headers.CacheControl!.NoStore);
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public async Task Challenge_OfWhatIsNotOffered_Is400AndSpendsNothing()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        foreach (var body in new object[] { new { mfa_token = token, method = "sms" }, new { mfa_token = token, factor_id = "none" }, new { mfa_token = token }, new { method = "totp" } })
        {
            var reply = await client.PostAsync("/mfa/challenge", body);
            Assert.Equal((400, "invalid_request"), (reply.Status, reply.Error));
        }

        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
    }

    [Fact]
    public async Task Session_IsInTheShapeOfTheSignInsAnswer()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var (alice, bob) = (await client.LoginAsync("alice"), await client.LoginAsync("bob"));

        var enrolled = await client.GetAsync("/mfa/session", ("X-MFA-Token", alice.Token!));
        var enrolling = await client.GetAsync("/mfa/session", ("X-MFA-Token", bob.Token!));

        Assert.Equal((200, alice.Body), (enrolled.Status, enrolled.Body));
        Assert.Equal((200, bob.Body), (enrolling.Status, enrolling.Body));
        Assert.Equal(("[]", "[\"totp\"]"), (enrolling["methods"], enrolling["enroll"]));
        host.Clock.Advance(TimeSpan.FromSeconds(10.5));
        Assert.Equal("290", (await client.GetAsync("/mfa/session", ("X-MFA-Token", alice.Token!)))["expires_in"]);
    }

    [Fact]
    public async Task Cancel_EndsTheSession()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var cancelled = await client.PostAsync("/mfa/cancel", new { mfa_token = token });

        Assert.Equal((204, ""), (cancelled.Status, cancelled.Body));
        Assert.True(cancelled.Message.Headers.CacheControl!.NoStore);
        Oracles.IsInvalidToken(await client.AnswerAsync(token, device.Code()));
        Oracles.IsInvalidToken(await client.PostAsync("/mfa/cancel", new { mfa_token = token }));
    }

    [Fact]
    public async Task Enroll_AnswersWithSecretUriAndRecoveryCodes()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Issuer"] = "Contoso");
        using var client = host.Client();
        var token = (await client.LoginAsync("alice")).Token;

        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp", name = "My phone" });

        Assert.Equal((200, "1", token), (started.Status, started["type"], started.Token));
        Assert.Equal(["id", "method", "secret", "uri"], started.Json["enrollment"]!.AsObject().Select(m => m.Key));
        Assert.StartsWith("otpauth://totp/Contoso:alice%40example.com?", (string)started.Json["enrollment"]!["uri"]!, StringComparison.Ordinal);
        Assert.Equal(10, started.Json["recovery_codes"]!.AsArray().Distinct().Count());
        Assert.Equal(["enrollment", "mfa_token", "recovery_codes", "type"], started.Json.Select(m => m.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SecondEnroll_ReplacesTheFirstAndItsCodes()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var token = (await client.LoginAsync("alice")).Token;
        var first = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" });
        var second = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" });
        TotpDevice Device(Reply reply) => new((string)reply.Json["enrollment"]!["id"]!, (string)reply.Json["enrollment"]!["secret"]!, host.Clock);

        var old = await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = Device(first).FactorId, code = Device(first).Code() });
        var done = await client.PostAsync("/mfa", new { mfa_token = old.Token, enrollment_id = Device(second).FactorId, code = Device(second).Code() });

        Assert.Equal((401, "4", 200), (old.Status, old["attempts_remaining"], done.Status));
        Assert.False(done.Json.ContainsKey("recovery_codes"));
        var oldCode = await client.AnswerAsync((await client.LoginAsync("alice")).Token, (string)first.Json["recovery_codes"]![0]!);
        var newCode = await client.AnswerAsync((await client.LoginAsync("alice")).Token, (string)second.Json["recovery_codes"]![0]!);
        Assert.Equal((401, 200), (oldCode.Status, newCode.Status));
    }

    [Fact]
    public async Task Enroll_WhereItMayNot_IsRefusedAndTheTokenStaysGood()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var (alice, bob) = ((await client.LoginAsync("alice")).Token, (await client.LoginAsync("bob")).Token);

        var enrolled = await client.PostAsync("/mfa/enroll", new { mfa_token = alice, method = "totp" });
        var unknown = await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "recovery_code" });
        var longName = await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "totp", name = new string('n', 65) });

        Assert.Equal((403, "enrollment_not_allowed", alice), (enrolled.Status, enrolled.Error, enrolled.Token));
        Assert.Equal((400, 400), (unknown.Status, longName.Status));
        Assert.Contains("totp", unknown["error_description"], StringComparison.Ordinal);
        Assert.Equal(200, (await client.AnswerAsync(alice, device.Code())).Status);
        Assert.Equal(200, (await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "totp" })).Status);
    }

    [Theory]
    [InlineData("/mfa/challenge")]
    [InlineData("/mfa/enroll")]
    [InlineData("/mfa/cancel")]
    [InlineData("/mfa")]
    public async Task UnknownToken_HasOneAnswerEverywhere(string path)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        foreach (var token in new[] { MfaToken.New().Encode(), "x" }) Oracles.IsInvalidToken(await client.PostAsync(path, new { mfa_token = token, code = "123456", method = "totp" }));
        Oracles.IsInvalidToken(await client.GetAsync("/mfa/session", ("X-MFA-Token", "x")));
        Oracles.IsInvalidToken(await client.GetAsync("/mfa/session"));
    }

    [Fact]
    public async Task OwnOriginAndAllowedOrigins_AreServed()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["AllowedOrigins:0"] = "https://app.example.com");
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        foreach (var (origin, status) in new[] { (host.BaseAddress.GetLeftPart(UriPartial.Authority), 200), ("https://app.example.com", 200), ("https://other.example.com", 403), ("null", 403) })
        {
            Assert.Equal(status, (await client.GetAsync("/mfa/session", ("X-MFA-Token", token), ("Origin", origin))).Status);
        }
    }
}
