using MfaMiddleware.Factors;
using MfaMiddleware.StepUp;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Enrollment;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>Demands that name what must hold together, and policies that carry them.</summary>
public sealed class MethodCombinationTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private MfaClient _client = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            Sessions.NeverAtSignIn(o);
            o.Principal = user => user == "mallory" ? Passwordless(user) : TestHost.PrincipalOf(user);
            o.ServicesAfter = services => services.AddAuthorization(a => a.AddPolicy("both", p => p.RequireMfa(TimeSpan.FromMinutes(5), null, "key and otp")));
            o.Mfa = mfa => mfa.AddMethod<KeyMethod>();
            o.Endpoints = app =>
            {
                app.MapGet("/pwd", () => "in").RequireMfa(methods: ["fido", "pwd and otp"]);
                app.MapGet("/api/pwd", () => "in").RequireMfa(methods: "pwd and otp");
                app.MapGet("/both", () => "in").RequireAuthorization("both");
                app.MapGet("/each", () => "in").RequireMfa(TimeSpan.FromMinutes(5), methods: "key").RequireMfa(TimeSpan.FromMinutes(2), methods: "totp");
                app.MapGet("/strong", () => "in").RequireAuthorization(p => p.RequireMfa(strength: MfaStrength.PhishingResistant));
            };
        });
        _client = _host.Client();
        _device = await _host.EnrollTotpAsync("alice");
        await _host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(KeyMethod.FactorOf("alice", 1), 10, _host.Clock.GetUtcNow(), default);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task PasswordAndCode_AreMetByBoth_AndByNeitherAlone()
    {
        var password = await _client.PasswordAloneAsync("alice");
        Assert.Equal(401, await StatusAsync("/pwd", password));
        Assert.Equal(401, await StatusAsync("/pwd", await ProveAsync(password, "key", "touch")));
        Assert.Equal(200, await StatusAsync("/pwd", await ProveAsync(password, "totp", _device.Code())));

        // Who signed in without a password has the other way alone; and without another way the host forbids it: no challenge ends nowhere.
        var mallory = await _host.EnrollTotpAsync("mallory");
        var passwordless = await _client.PasswordAloneAsync("mallory");
        Assert.Equal(401, await StatusAsync("/pwd", passwordless));
        Assert.Equal(401, await StatusAsync("/pwd", await ProveAsync(passwordless, "totp", mallory.Code())));
        Assert.Equal(403, await StatusAsync("/api/pwd", passwordless));
    }

    [Fact]
    public async Task TwoFactors_AreProvedOneAfterTheOther_EachWithAnAgeOfItsOwn()
    {
        var key = await ProveAsync(await _client.PasswordAloneAsync("alice"), "key", "touch");
        Assert.Equal(401, await StatusAsync("/both", key));
        Assert.Equal(200, await StatusAsync("/strong", key));
        _host.Clock.Advance(TimeSpan.FromSeconds(200));

        var both = await ProveAsync(key, "totp", _device.Code());
        Assert.Equal((200, 200), (await StatusAsync("/both", both), await StatusAsync("/each", both)));
        // The younger proof doesn't hide the stronger one.
        Assert.Equal(200, await StatusAsync("/strong", both));

        _host.Clock.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(200, await StatusAsync("/both", both));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((401, 401), (await StatusAsync("/both", both), await StatusAsync("/each", both)));

        // The key again: the code's proof is 100 seconds old, and 130 seconds old in half a minute.
        var again = await ProveAsync(both, "key", "touch");
        Assert.Equal((200, 200), (await StatusAsync("/both", again), await StatusAsync("/each", again)));
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((200, 401), (await StatusAsync("/both", again), await StatusAsync("/each", again)));
    }

    [Fact]
    public async Task BrowserOfTwoFactors_IsAskedForWhatIsMissing()
    {
        var key = await ProveAsync(await _client.PasswordAloneAsync("alice"), "key", "touch");
        var needs = _host.Services.GetRequiredService<StepUpNeeds>();
        var both = Requirement("fido", "key and otp");

        Assert.Equal(["fido", "hotp", "totp"], needs.Next(_host.StampOf(key), [both], [])!.Methods.Order());
        Assert.Equal(["fido", "hotp", "key", "totp"], needs.Next(null, [both], [])!.Methods.Order());
        Assert.Equal(["totp"], needs.Next(null, [both], [Requirement("totp", "recovery_code")])!.Methods);
        Assert.Equal(["key"], needs.Next(null, [Requirement("key"), Requirement("totp")], [])!.Methods);
        Assert.Null(needs.Next(null, [Requirement("pwd and otp")], []));
        Assert.Null(needs.Next(null, [Requirement(), Requirement("telepathy")], []));
    }

    [Fact]
    public async Task ProofsOfASession_AreVoidWithAChangeOfTheFactors_TheEarlierOnesToo()
    {
        var key = await ProveAsync(await _client.PasswordAloneAsync("alice"), "key", "touch");
        var both = await ProveAsync(key, "totp", _device.Code());
        _host.Clock.Advance(TimeSpan.FromSeconds(30));

        // A change of its own leaves it both proofs.
        both = (await _client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", both))).CookieHeader;
        Assert.Equal(200, await StatusAsync("/both", both));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));

        var other = await ProveAsync(await _client.PasswordAloneAsync("alice"), "key", "touch");
        Assert.Equal(204, (await _client.DeleteAsync($"/mfa/factors/{_device.FactorId}", other)).Status);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(401, await StatusAsync("/both", both));
        var fresh = await ProveAsync(both, "key", "touch");
        Assert.Equal(401, await StatusAsync("/both", fresh));
    }

    [Fact]
    public async Task EarlierProof_OfBeforeAChangeThatAnotherNodeMade_IsVoidOnceItIsKnown()
    {
        var store = _host.Services.GetRequiredService<IMfaFactorStore>();
        await store.TryAddFactorAsync(KeyMethod.FactorOf("alice", 2), 10, _host.Clock.GetUtcNow(), default);
        var key = await ProveAsync(await _client.PasswordAloneAsync("alice"), "key", "touch");
        Assert.Equal(401, await StatusAsync("/both", key));

        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var lost = KeyMethod.FactorOf("alice", 2);
        Assert.True(await store.TryRemoveFactorAsync(lost.Subject, lost.Id, _host.Clock.GetUtcNow(), default));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var both = await ProveAsync(key, "totp", _device.Code());
        Assert.Equal(200, await StatusAsync("/both", both));

        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, 200), (await StatusAsync("/both", both), await StatusAsync("/api/pwd", both)));
    }

    [Fact]
    public void Way_NeedsAProof_AndOneOfItsProofsMustBeWorthEnough()
    {
        var code = MfaProof.Given("totp", ["otp"], MfaStrength.Otp, false, _host.Clock.GetUtcNow());
        var key = MfaProof.Given("key", [], MfaStrength.PhishingResistant, false, _host.Clock.GetUtcNow());
        bool IsMet(string way, MfaStrength strength, params MfaProof[] proofs) => MethodCombination.Parse(way).IsMetBy(["pwd"], proofs, strength);

        Assert.False(IsMet("pwd", MfaStrength.Sms));
        Assert.False(IsMet("pwd", MfaStrength.Sms, code));
        Assert.True(IsMet("pwd and otp", MfaStrength.Otp, code));
        Assert.False(IsMet("pwd and otp", MfaStrength.PhishingResistant, code, key));
        Assert.True(IsMet("key and totp", MfaStrength.PhishingResistant, code, key));
    }

    [Fact]
    public async Task PolicyThatNamesNoMethod_FailsTheStart()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            o.ServicesAfter = services => services.AddAuthorization(a => a.AddPolicy("odd", p => p.RequireMfa(null, null, "pwd otp")));
            o.Endpoints = app =>
            {
                app.MapGet("/named", () => "in").RequireAuthorization("odd");
                app.MapGet("/inline", () => "in").RequireAuthorization(p => p.RequireMfa(null, null, "otp and telepathy"));
                app.MapGet("/primary", () => "in").RequireMfa(methods: "pwd");
                app.MapGet("/right", () => "in").RequireMfa(methods: ["fido", "pwd and otp", "sms"]);
            };
        }));

        Assert.Contains("'pwd otp' at HTTP: GET /named", e.Message, StringComparison.Ordinal);
        Assert.Contains("'telepathy' at HTTP: GET /inline", e.Message, StringComparison.Ordinal);
        Assert.Contains("'pwd', which is no second factor, at HTTP: GET /primary", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/right", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fido", "fido")]
    [InlineData("pwd and otp", "pwd|otp")]
    [InlineData(" pwd  and otp and  sms ", "pwd|otp|sms")]
    [InlineData("pwd otp", "pwd otp")]
    [InlineData("pwd and", "pwd and")]
    [InlineData("and", "and")]
    [InlineData("", "")]
    public void Text_IsWordsJoinedByAnd_OrOneWordThatNothingIsCalled(string text, string words) =>
        Assert.Equal(words.Split('|'), MethodCombination.Parse(text).Words);

    private static MfaRequirement Requirement(params string[] ways) => new(TimeSpan.FromMinutes(5), MfaStrength.Sms, [.. ways.Select(MethodCombination.Parse)]);

    private static System.Security.Claims.ClaimsPrincipal Passwordless(string user) =>
        new(new System.Security.Claims.ClaimsIdentity([new("sub", user)], "external"));

    private async Task<int> StatusAsync(string path, string cookies) => (await _client.GetAsync(path, ("Cookie", cookies), ("X-Requested-With", "XMLHttpRequest"))).Status;

    private async Task<string> ProveAsync(string cookies, string method, string code)
    {
        var challenge = await _client.PostAsync("/mfa/step-up", new { methods = new[] { method } }, ("Cookie", cookies));
        var done = await _client.PostAsync("/mfa", new { mfa_token = challenge.Token, code }, ("Cookie", cookies));
        return done.Status == 200 ? done.CookieHeader : throw new InvalidOperationException(done.Body);
    }
}
