using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>
/// A proof, or none, that is good enough somewhere else is brought to a sign-in that asks for more: by a repeat of a request whose JSON body says something else
/// than the first time, by a session that is renewed, or by a user who has no factor.
/// </summary>
public sealed class LoweringDemandsTests
{
    [Theory]
    [InlineData("bank", null)]
    [InlineData("any", "PhishingResistant")]
    [InlineData("barred", null)]
    public async Task ProofForARequest_DoesNotPassARepeatThatAsksForMore(string client, string? strength)
    {
        await using var host = await StartAsync();
        using var http = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var proof = await ProveAsync(http, alice, new Asked("any", null));

        var repeated = await http.PostAsync("/sign-in", new Asked(client, strength), ("X-MFA-Token", proof));

        Assert.Equal("1", repeated["type"]);
        await Oracles.NobodyIsSignedInAsync(http, repeated);
        Assert.Equal(0, host.Events.Count(MfaEventNames.SignInCompleted, "alice"));
        Assert.Equal("1", (await http.PostAsync("/sign-in", new Asked("any", null), ("X-MFA-Token", proof)))["type"]);
    }

    [Fact]
    public async Task ProofForARequest_PassesItsRepeat_HoweverFreshItMustBe()
    {
        await using var host = await StartAsync();
        using var http = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var asked = new Asked("any", "Otp");
        var proof = await ProveAsync(http, alice, asked);
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        var repeated = await http.PostAsync("/sign-in", asked, ("X-MFA-Token", proof));

        Assert.Contains("mfa", (await http.MeAsync(repeated.CookieHeader))!["amr"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireMfa_OnTheTicketOfASession_IsNotMetByTheSessionAlone()
    {
        await using var host = await StartAsync(Sessions.NeverAtSignIn);
        using var http = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var session = await http.PasswordAloneAsync("alice");

        var challenged = await http.PostAsync("/renew", new { }, ("Cookie", session));
        await Oracles.NobodyIsSignedInAsync(http, challenged);
        var proved = await http.AnswerAsync(challenged.Token, alice.Code());
        var renewed = await http.PostAsync("/renew", new { }, ("Cookie", proved.CookieHeader));
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var old = await http.PostAsync("/renew", new { }, ("Cookie", proved.CookieHeader));

        Assert.Equal(("1", 200, "1"), (challenged["type"], proved.Status, old["type"]));
        Assert.Contains("mfa", (await http.MeAsync(renewed.CookieHeader))!["amr"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Policy:Enrollment:Mode", "Optional")]
    [InlineData("Policy:Enrollment:GracePeriod", "7.00:00:00")]
    public async Task RequireMfa_IsNotMetByHavingNoFactor(string setting, string value)
    {
        await using var host = await StartAsync(o => o.Settings[setting] = value);
        using var http = host.Client();

        var challenged = await http.PostAsync("/sign-in", new Asked("any", "Otp"));
        var unasked = await http.PostAsync("/sign-in", new Asked("any", null));

        Assert.Equal(("1", """["fido","totp"]"""), (challenged["type"], challenged.Json["enroll"]!.ToJsonString()));
        await Oracles.NobodyIsSignedInAsync(http, challenged);
        Assert.NotNull(await http.MeAsync(unasked.CookieHeader));
    }

    /// <summary>A JSON sign-in that names its client in the body, as an authorization server's may, and what the client asks for.</summary>
    private static Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null) => TestHost.StartAsync(o =>
    {
        o.Settings["Methods:Fido:RelyingPartyId"] = "localhost";
        o.Settings["Methods:Fido:Origins:0"] = "https://localhost";
        o.Settings["Policy:Rules:0:Client"] = "bank";
        o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
        o.Mfa = mfa => mfa.AddPolicy<NobodyForBarred>();
        o.Endpoints = app =>
        {
            app.MapPost("/sign-in", SignInAsync);
            app.MapPost("/renew", (Delegate)RenewAsync);
        };
        configure?.Invoke(o);
    });

    private static async Task<IResult> SignInAsync(HttpContext context, Asked asked)
    {
        var properties = new AuthenticationProperties().SetMfaClient(asked.Client);
        if (asked.Strength is { } strength) properties.RequireMfa(TimeSpan.Zero, Enum.Parse<MfaStrength>(strength));
        await context.SignInAsync(TestHost.PrincipalOf("alice"), properties);
        return Results.Ok(new { code = "for " + asked.Client });
    }

    private static async Task<IResult> RenewAsync(HttpContext context)
    {
        var present = await context.AuthenticateAsync();
        await context.SignInAsync(present.Principal!, present.Properties!.RequireMfa(TimeSpan.FromMinutes(5)));
        return Results.Ok();
    }

    private static async Task<string> ProveAsync(MfaClient http, TotpDevice device, Asked asked)
    {
        var challenge = await http.PostAsync("/sign-in", asked);
        var proof = await http.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code(), exchange = true });
        return proof.Token!;
    }

    private sealed record Asked(string Client, string? Strength);

    private sealed class NobodyForBarred : IMfaPolicy
    {
        public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) =>
            new(context.Client == "barred" ? MfaDecision.Denied("barred") : null);
    }
}
