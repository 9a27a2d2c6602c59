using MfaMiddleware.Factors;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class AttackingEnrollmentTests
{
    [Fact]
    public async Task B053_EnrollmentToken_WorksOnceForItsOwnerAndNeverAgain()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (alice, bob) = (await client.LoginAsync("alice"), await client.LoginAsync("bob"));
        var device = await BeginAsync(client, host, alice.Token);
        var bobs = await BeginAsync(client, host, bob.Token);

        // For another user.
        var foreign = await client.PostAsync("/mfa", new { mfa_token = bob.Token, enrollment_id = device.FactorId, code = device.Code() });
        Assert.Equal((401, "invalid_code"), (foreign.Status, foreign.Error));

        // In parallel.
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            client.PostAsync("/mfa", new { mfa_token = alice.Token, enrollment_id = device.FactorId, code = device.Code() })));
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), Oracles.IsInvalidToken);
        Assert.Equal(1, host.Events.Count(MfaEventNames.FactorAdded, "alice"));

        // After use: the token, the enrolment and a new start of it.
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Oracles.IsInvalidToken(await client.PostAsync("/mfa", new { mfa_token = alice.Token, enrollment_id = device.FactorId, code = device.Code() }));
        Oracles.IsInvalidToken(await client.PostAsync("/mfa/enroll", new { mfa_token = alice.Token, method = "totp" }));
        var next = await client.LoginAsync("alice");
        Assert.Equal(403, (await client.PostAsync("/mfa/enroll", new { mfa_token = next.Token, method = "totp" })).Status);
        Assert.Equal(401, (await client.PostAsync("/mfa", new { mfa_token = next.Token, enrollment_id = device.FactorId, code = device.Code() })).Status);

        // After its time: 20 minutes, since an app has to be installed.
        host.Clock.Advance(TimeSpan.FromMinutes(20));
        Oracles.IsInvalidToken(await client.PostAsync("/mfa", new { mfa_token = foreign.Token, enrollment_id = bobs.FactorId, code = bobs.Code() }));
        Assert.Equal(0, host.Events.Count(MfaEventNames.FactorAdded, "bob"));
    }

    [Fact]
    public async Task FirstFactor_OfTwoSignInsThatRace_IsTheFirstOnesAndTheOwnerIsTold()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (owner, thief) = ((await client.LoginAsync("alice")).Token, (await client.LoginAsync("alice")).Token);
        var (owners, thiefs) = (await BeginAsync(client, host, owner), await BeginAsync(client, host, thief));

        var replies = await Task.WhenAll(
            client.PostAsync("/mfa", new { mfa_token = owner, enrollment_id = owners.FactorId, code = owners.Code() }),
            client.PostAsync("/mfa", new { mfa_token = thief, enrollment_id = thiefs.FactorId, code = thiefs.Code() }));

        Assert.Single(replies, reply => reply.Status == 200);
        var loser = Assert.Single(replies, reply => (reply.Status, reply.Error) == (403, "enrollment_not_allowed"));
        await Oracles.NobodyIsSignedInAsync(client, loser);
        Assert.Equal(1, host.Events.Count(MfaEventNames.EnrollmentRefused, "alice"));
        Oracles.IsInvalidToken(await client.GetAsync("/mfa/session", ("X-MFA-Token", (loser == replies[0] ? owner : thief)!)));
    }

    [Fact]
    public async Task B054_FactorRemovedOnOneNode_IsRefusedAtOnceOnTheOther()
    {
        await using var database = new SharedDatabase();
        await using var one = await database.StartNodeAsync();
        await using var two = await database.StartNodeAsync();
        using var client = two.Client();
        var gone = await one.EnrollTotpAsync("alice");
        var stays = await one.EnrollTotpAsync("alice");
        var last = await one.EnrollTotpAsync("bob");
        var (alice, bob) = (await client.LoginAsync("alice"), await client.LoginAsync("bob"));
        Assert.Equal(200, (await client.PostAsync("/mfa/challenge", new { mfa_token = alice.Token, factor_id = gone.FactorId })).Status);

        var store = one.Services.GetRequiredService<IMfaFactorStore>();
        Assert.True(await store.TryRemoveFactorAsync(new MfaSubject("", "alice"), gone.FactorId, default, default));
        Assert.True(await store.TryRemoveFactorAsync(new MfaSubject("", "bob"), last.FactorId, default, default));
        var refused = await client.AnswerAsync(alice.Token, gone.Code());
        var refusedById = await client.PostAsync("/mfa", new { mfa_token = refused.Token, code = gone.Code(), factor_id = gone.FactorId });
        var refusedLast = await client.AnswerAsync(bob.Token, last.Code());

        Assert.Equal((401, 401, 401), (refused.Status, refusedById.Status, refusedLast.Status));
        await Oracles.NobodyIsSignedInAsync(client, refused, refusedById, refusedLast);
        Assert.DoesNotContain(gone.FactorId, refused.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await client.AnswerAsync(refusedById.Token, stays.Code())).Status);
    }

    [Fact]
    public async Task B063_SecretOfAConfirmedFactor_IsInNoAnswerOfAnyEndpoint()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = services => services.AddOpenApi().AddHealthChecks();
            o.Endpoints = app =>
            {
                app.MapOpenApi();
                app.MapHealthChecks("/health");
            };
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var pending = await client.LoginAsync("alice");
        var cookies = alice.SignedIn.CookieHeader;
        var routes = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText!.Replace("{id}", alice.Device.FactorId, StringComparison.Ordinal)).Distinct().ToList();
        foreach (var route in new[] { "/mfa/session", "/mfa/factors", "/mfa/recovery-codes", "/health" }) Assert.Contains(route, routes);

        var replies = new List<Reply> { alice.SignedIn, pending };
        foreach (var route in routes)
        {
            replies.Add(await client.GetAsync(route, ("Cookie", cookies), ("X-MFA-Token", pending.Token!)));
            replies.Add(await client.PostAsync(route, new { mfa_token = pending.Token, method = "totp", user = "alice" }, ("Cookie", cookies)));
            // A change of factors renews the session that made it, and takes the proof of every other.
            if (replies[^1].CookieHeader is { Length: > 100 } renewed) cookies = renewed;
        }

        var (renamed, listed) = (await client.PatchAsync($"/mfa/factors/{alice.Device.FactorId}", new { name = "Phone" }, cookies), await client.GetAsync("/mfa/factors", ("Cookie", cookies)));
        Assert.Equal((200, 200, 200), (renamed.Status, listed.Status, (await client.GetAsync("/health")).Status));
        Oracles.NoLeak([.. replies.Select(r => r.Everything), renamed.Everything, listed.Everything], [alice.Device.Secret, alice.Device.Code(), .. alice.RecoveryCodes]);
    }

    [Fact]
    public async Task FailedEnrollment_IsAudited()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var challenge = await client.LoginAsync("alice");
        var device = await BeginAsync(client, host, challenge.Token);
        var token = challenge.Token;
        for (var i = 0; i < 5; i++) token = (await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = device.FactorId, code = device.WrongCode(i) })).Token;

        Assert.Null(token);
        Assert.Equal((5, 1), (host.Events.Count(MfaEventNames.AnswerRejected, "alice"), host.Events.Count(MfaEventNames.AttemptsExhausted, "alice")));
    }

    private static async Task<TotpDevice> BeginAsync(MfaClient client, TestHost host, string? token)
    {
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" });
        var enrollment = started.Json["enrollment"]!;
        return new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
    }
}
