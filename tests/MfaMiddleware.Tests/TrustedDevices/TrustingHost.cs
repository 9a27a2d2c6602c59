using System.Collections.Concurrent;
using System.Security.Claims;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Endpoints.Admin;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Tests.TrustedDevices;

/// <summary>
/// A host where users may have browsers trusted, with a door for each kind of rule: <c>/login</c> asks only when it is suspicious, <see cref="Trusting"/> always but in trusted
/// browsers, the others although the browser is trusted. It has the host's one-liners, and security stamps.
/// </summary>
internal static class TrustingHost
{
    public const string Trusting = "/trusting";
    public const string Strict = "/strict";
    public const string Hour = "/hour";
    public const string Strong = "/strong";

    /// <summary>Users who have a security stamp.</summary>
    public static ConcurrentDictionary<string, string> Use(TestHostOptions options)
    {
        AdminHost.Use(options);
        var (stamps, admin) = (new ConcurrentDictionary<string, string>(), options.Endpoints!);
        foreach (var (key, value) in Settings()) options.Settings[key] = value;
        options.Principal = user =>
        {
            var principal = TestHost.PrincipalOf(user);
            if (stamps.TryGetValue(user, out var stamp)) ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("AspNet.Identity.SecurityStamp", stamp));
            return principal;
        };
        options.Endpoints = app =>
        {
            admin(app);
            foreach (var door in (string[])[Trusting, Strict, Hour, Strong])
            {
                app.MapPost(door, async (HttpContext context, Person person) =>
                {
                    await context.SignInAsync(options.Principal(person.User));
                    return Results.Ok(new { welcome = person.User });
                });
            }

            app.MapPost("/changed-password", (HttpContext context, Person person) => context.ReportPasswordChangedAsync(person.User));
            app.MapPost("/sign-out-everywhere", (HttpContext context, Person person) => context.ReportSignedOutEverywhereAsync(person.User));
            app.MapGet("/transfer", () => "money").RequireMfa(TimeSpan.FromMinutes(5));
        };
        return stamps;
    }

    /// <summary>Signs in through the door and has the browser trusted; the code's step passes.</summary>
    public static async Task<Reply> TrustAsync(this MfaClient client, TestHost host, string user, TotpDevice device, string? cookie = null, string? agent = null)
    {
        var challenge = await client.LoginInAsync(user, cookie, agent, Trusting);
        var done = await client.AnswerInAsync(challenge.Token, device.Code(), cookie, agent);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        return done.Status == 200 ? done : throw new InvalidOperationException(done.Body);
    }

    private static Dictionary<string, string> Settings() => new()
    {
        ["TrustedDevices:Enabled"] = "true",
        ["Policy:Mode"] = "Suspicious",
        // What is asserted is the device's, not that everything new is suspicious for a while.
        ["Policy:Signals:RecentChange:Enabled"] = "false",
        ["Policy:Rules:0:Path"] = Strict,
        ["Policy:Rules:0:Mode"] = "Always",
        ["Policy:Rules:1:Path"] = Hour,
        ["Policy:Rules:1:Mode"] = "Always",
        ["Policy:Rules:1:AllowTrustedDevice"] = "true",
        ["Policy:Rules:1:MaxAge"] = "01:00:00",
        ["Policy:Rules:2:Path"] = Strong,
        ["Policy:Rules:2:Mode"] = "Always",
        ["Policy:Rules:2:AllowTrustedDevice"] = "true",
        ["Policy:Rules:2:MinimumStrength"] = "PhishingResistant",
        ["Policy:Rules:3:Path"] = Trusting,
        ["Policy:Rules:3:Mode"] = "Always",
        ["Policy:Rules:3:AllowTrustedDevice"] = "true",
        ["Methods:Fido:RelyingPartyId"] = "example.com",
        ["Methods:Fido:Origins:0"] = "https://example.com",
    };

    internal sealed record Person(string User);
}
