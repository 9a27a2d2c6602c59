using System.Text.Json;
using MfaMiddleware.Factors;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Enrollment;

/// <summary>A rule asks for more than a user has: they prove what they have, and set up what the rule asks for.</summary>
public sealed class StrongerFactorTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private MfaClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
            o.Settings["Policy:Rules:0:Path"] = "/login";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
            o.Settings["PendingSessions:EnrollmentLifetime"] = "00:20:00";
        });
        _client = _host.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task WeakerFactor_IsProvedFirst_ThenAStrongerOneIsSetUpAndSignsIn()
    {
        using var key = new SoftAuthenticator();
        var device = await _host.EnrollTotpAsync("alice");
        await SmsRecorder.EnrollAsync(_host, "alice", "+49 151 23456742");
        var pending = await _client.LoginAsync("alice");

        // The strongest there is, nothing below it; and nothing is set up before.
        Assert.Equal(("totp", "[]"), (string.Join(' ', Methods(pending)), pending["enroll"]));
        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(EnrollAsync(pending.Token)));
        Assert.Equal(1, _host.Events.Count(MfaEventNames.BypassAttempted, "alice"));
        Assert.Equal(400, (await SmsRecorder.SendAsync(_client, pending.Token)).Status);
        var wrong = await _client.AnswerAsync(pending.Token, device.WrongCode());
        Assert.Equal((401, "4"), (wrong.Status, wrong["attempts_remaining"]));

        var proved = await _client.AnswerAsync(wrong.Token, device.Code());
        Assert.Equal((200, "1", "[]", """["fido"]"""), (proved.Status, proved["type"], proved["methods"], proved["enroll"]));
        Assert.Equal(1, _host.Events.Count(MfaEventNames.FactorProved, "alice"));
        await Oracles.NobodyIsSignedInAsync(_client, proved);
        Assert.Equal(400, (await EnrollAsync(proved.Token, "totp")).Status);

        var begun = await EnrollAsync(proved.Token);
        Assert.Null(begun["recovery_codes"]);
        var done = await CompleteAsync(proved.Token, begun, key);
        Assert.Equal("urn:mfa:3", (string)(await _client.MeAsync(done.CookieHeader))!["acr"]![0]!);
        Assert.Equal(["fido"], Methods(await _client.LoginAsync("alice")));
        Assert.Equal(200, (await FidoHost.SignInAsync(_client, key, "alice")).Status);
    }

    [Fact]
    public async Task Proof_IsGoodForFiveMinutesAndUntilTheFactorsChange()
    {
        using var key = new SoftAuthenticator();
        var (old, device) = (await _host.EnrollTotpAsync("alice"), await _host.EnrollTotpAsync("alice"));
        var proved = await ProveAsync("alice", device);

        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(403, (await EnrollAsync(proved.Token)).Status);
        var again = await _client.AnswerAsync(proved.Token, device.Code());
        Assert.Equal("""["fido"]""", again["enroll"]);
        // A set-up that began in time may take longer.
        var begun = await EnrollAsync(again.Token);
        _host.Clock.Advance(TimeSpan.FromMinutes(4));

        await Store.TryRemoveFactorAsync(new MfaSubject("", "alice"), old.FactorId, _host.Clock.GetUtcNow(), default);
        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(CompleteAsync(again.Token, begun, key)));
        Assert.Equal(1, _host.Events.Count(MfaEventNames.EnrollmentRefused, "alice"));
        Assert.Equal(["totp"], Methods(await _client.LoginAsync("alice")));
    }

    [Fact]
    public async Task AfterAReset_NeitherAProofNorASetUpFromBeforeCounts()
    {
        using var key = new SoftAuthenticator();
        var proved = await ProveAsync("alice", await _host.EnrollTotpAsync("alice"));
        var begun = await EnrollAsync(proved.Token);
        var other = await ProveAsync("bob", await _host.EnrollTotpAsync("bob"));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var user in new[] { "alice", "bob" }) await Store.ResetAsync(new MfaSubject("", user), _host.Clock.GetUtcNow(), default);

        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(CompleteAsync(proved.Token, begun, key)));
        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(EnrollAsync(other.Token)));
        Assert.Empty((await Store.FindAsync(new MfaSubject("", "alice"), default)).Factors);
    }

    [Fact]
    public async Task WhereItIsSwitchedOffOrImpossible_TheSignInIsRefused()
    {
        await _host.EnrollTotpAsync("alice");
        foreach (var (key, value, back) in new[] { ("Policy:Enrollment:AllowStronger", "false", "true"), ("MaxFactors", "1", "10") })
        {
            Set(key, value);
            Assert.Equal((403, "access_denied"), await StatusAsync(_client.LoginAsync("alice")));
            Set(key, back);
        }

        Assert.Equal(200, (await _client.LoginAsync("alice")).Status);
    }

    private IMfaFactorStore Store => _host.Services.GetRequiredService<IMfaFactorStore>();

    private async Task<Reply> ProveAsync(string user, TotpDevice device)
    {
        var proved = await _client.AnswerAsync((await _client.LoginAsync(user)).Token, device.Code());
        Assert.Equal("""["fido"]""", proved["enroll"]);
        return proved;
    }

    private Task<Reply> EnrollAsync(string? token, string method = "fido") => _client.PostAsync("/mfa/enroll", new { mfa_token = token, method });

    private Task<Reply> CompleteAsync(string? token, Reply begun, SoftAuthenticator key)
    {
        var enrollment = begun.Json["enrollment"]!;
        return _client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = (string)enrollment["id"]!, credential = key.Create(enrollment["public_key"]!.Deserialize<JsonElement>()) });
    }

    private void Set(string key, string value)
    {
        var configuration = (Microsoft.Extensions.Configuration.IConfigurationRoot)_host.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>();
        configuration["Mfa:" + key] = value;
        configuration.Reload();
    }

    private static string[] Methods(Reply reply) => [.. reply.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!)];

    private static async Task<(int, string?)> StatusAsync(Task<Reply> reply) => ((await reply).Status, (await reply).Error);
}
