using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Hotp;

public sealed class HotpJourneyTests
{
    [Fact]
    public async Task NewToken_IsSetUpAndSignsIn()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var challenge = await client.LoginAsync("alice");
        Assert.Equal("""["hotp"]""", challenge.Json["enroll"]!.ToJsonString());

        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "hotp" })).Json["enrollment"]!;
        var token = HotpDevice.Of(enrollment);
        Assert.Equal($"otpauth://hotp/TestHost:alice%40example.com?secret={enrollment["secret"]}&issuer=TestHost&algorithm=SHA1&digits=6&counter=0", (string)enrollment["uri"]!);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = token.FactorId, code = token.Press() })).Status);

        var done = await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.Press());

        Assert.Equal("""["pwd","otp","mfa"]""", (await client.MeAsync(done.CookieHeader))!["amr"]!.ToJsonString());
    }

    [Theory]
    [InlineData("3132333435363738393031323334353637383930")]
    [InlineData("31323334 35363738 39303132 33343536 37383930")]
    [InlineData("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    [InlineData("gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq")]
    public async Task SeedOfATokenMadeElsewhere_IsTakenWithItsCounterAndNotShownAgain(string secret)
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var challenge = await client.LoginAsync("alice");
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "hotp", secret, counter = 5 });

        Assert.Equal(["id", "method"], begun.Json["enrollment"]!.AsObject().Select(member => member.Key));
        var token = new HotpDevice((string)begun.Json["enrollment"]!["id"]!, HotpHost.Seed);
        // RFC 4226, appendix D: the codes of the counters 4 and 5.
        var behind = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = token.FactorId, code = "338314" });
        Assert.Equal(401, behind.Status);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = behind.Token, enrollment_id = token.FactorId, code = "254676" })).Status);
    }

    [Theory]
    [InlineData("\"zz\"", "0", "secret must be")]
    [InlineData("\"00112233\"", "0", "secret must be")]
    [InlineData("\"\"", "0", "secret must be")]
    [InlineData("null", "-1", "counter must be")]
    [InlineData("null", "9223372036854775807", "counter must be")]
    [InlineData("null", "\"1\"", "")]
    [InlineData("5", "0", "")]
    public async Task SeedOrCounterThatCanNotBe_IsRefusedInWords(string secret, string counter, string description)
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var token = (await client.LoginAsync("alice")).Token;

        var reply = await client.PostTextAsync("/mfa/enroll", $$"""{ "mfa_token": "{{token}}", "method": "hotp", "secret": {{secret}}, "counter": {{counter}} }""");

        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Error));
        Assert.Contains(description, reply["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenFarAhead_IsBroughtBackIntoStepByTwoCodesInARow()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var token = await HotpHost.EnrollAsync(client, host, "alice");
        var cookie = await SignInAsync(client, token, 1);
        Task<Reply> ResyncAsync(params string[] codes) => client.PostAsync($"/mfa/factors/{token.FactorId}/resync", new { codes }, ("Cookie", cookie));

        // The next is 2; alone 40 is too far ahead.
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(40))).Status);
        Assert.Equal((401, "invalid_code"), await StatusAsync(ResyncAsync(token.CodeAt(40), token.CodeAt(42))));
        Assert.Equal((401, "invalid_code"), await StatusAsync(ResyncAsync(token.CodeAt(41), token.CodeAt(40))));
        Assert.Equal((401, "invalid_code"), await StatusAsync(ResyncAsync(token.CodeAt(52), token.CodeAt(53))));
        Assert.Equal(200, (await ResyncAsync(token.CodeAt(40), token.CodeAt(41))).Status);

        Assert.Equal(1, host.Events.Count(MfaEventNames.FactorResynchronized, "alice"));
        Assert.Equal((401, "invalid_code"), await StatusAsync(ResyncAsync(token.CodeAt(40), token.CodeAt(41))));
        await SignInAsync(client, token, 42);
    }

    [Fact]
    public async Task Resync_IsForAFreshProofAndCountedLikeAnyGuess()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var token = await HotpHost.EnrollAsync(client, host, "alice");
        var cookie = await SignInAsync(client, token, 1);
        Task<Reply> ResyncAsync(object body) => client.PostAsync($"/mfa/factors/{token.FactorId}/resync", body, ("Cookie", cookie));

        foreach (var body in new object[] { new { }, new { codes = new[] { "123456" } }, new { codes = new[] { "1", "2", "3" } } })
        {
            Assert.Equal((400, "invalid_request"), await StatusAsync(ResyncAsync(body)));
        }

        for (var i = 0; i < 5; i++) Assert.Equal(401, (await ResyncAsync(new { codes = new[] { token.WrongCode(), token.WrongCode() } })).Status);
        var waiting = await ResyncAsync(new { codes = new[] { token.CodeAt(2), token.CodeAt(3) } });
        Assert.Equal((429, "throttled"), (waiting.Status, waiting.Error));
        Assert.Equal(TimeSpan.FromMinutes(1), waiting.Message.Headers.RetryAfter!.Delta);

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((401, "insufficient_user_authentication"), await StatusAsync(ResyncAsync(new { codes = new[] { token.CodeAt(2), token.CodeAt(3) } })));
    }

    [Fact]
    public async Task Resync_OfAFactorWithoutACounter_IsRefusedInWords()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");

        var reply = await client.PostAsync($"/mfa/factors/{alice.Device.FactorId}/resync", new { codes = new[] { "123456", "123457" } }, ("Cookie", alice.SignedIn.CookieHeader));

        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task SeveralTokens_AreTriedAsOneAttempt()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var one = await HotpHost.EnrollAsync(client, host, "alice");
        var cookie = await SignInAsync(client, one, 1);
        var begun = (await client.PostAsync("/mfa/factors", new { method = "hotp", name = "Blue" }, ("Cookie", cookie))).Json["enrollment"];
        var two = HotpDevice.Of(begun);
        Assert.Equal(200, (await client.PostAsync($"/mfa/factors/{two.FactorId}/verify", new { code = two.Press() }, ("Cookie", cookie))).Status);

        var wrong = await client.AnswerAsync((await client.LoginAsync("alice")).Token, one.WrongCode());
        Assert.Equal("4", wrong["attempts_remaining"]);
        Assert.Equal(200, (await client.AnswerAsync(wrong.Token, two.Press())).Status);
        await SignInAsync(client, one, 2);
    }

    [Fact]
    public async Task SwitchedOff_IsNeitherOfferedNorTaken()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        var challenge = await client.LoginAsync("alice");

        Assert.Equal("""["totp"]""", challenge.Json["enroll"]!.ToJsonString());
        Assert.Equal(400, (await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "hotp" })).Status);
    }

    private static async Task<string> SignInAsync(MfaClient client, HotpDevice token, long counter)
    {
        var done = await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(counter));
        Assert.Equal(200, done.Status);
        return done.CookieHeader;
    }

    private static async Task<(int Status, string? Error)> StatusAsync(Task<Reply> pending)
    {
        var reply = await pending;
        return (reply.Status, reply.Error);
    }
}
