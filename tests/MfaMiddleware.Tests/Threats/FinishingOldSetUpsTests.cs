using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Endpoints.Admin;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>
/// A thief begins the set-up of an authenticator, and completes it only after the owner, or an administrator, has thrown them out: what was
/// allowed when it began must still be when it ends.
/// </summary>
public sealed class FinishingOldSetUpsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task SetUpFromBeforeAReset_OpensNothingWithoutTheAccessCode()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        var thief = (await client.LoginAsync("alice")).Token;
        var thiefs = await BeginAsync(client, host, thief);
        await client.EnrollAsync(host, "alice");
        Assert.Equal(204, (await AdminHost.ResetAsync(client, admin)).Status);

        var done = await client.PostAsync("/mfa", new { mfa_token = thief, enrollment_id = thiefs.FactorId, code = thiefs.Code() });

        Assert.Equal((403, "enrollment_not_allowed"), (done.Status, done.Error));
        await Oracles.NobodyIsSignedInAsync(client, done);
        Assert.Equal(1, host.Events.Count(MfaEventNames.EnrollmentRefused, "alice"));
        await OwnerComesBackAsync(client, host, admin);
    }

    [Fact]
    public async Task AccessCodeFromBeforeAnotherReset_OpensNothing()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await AdminHost.ResetAsync(client, admin);
        var thief = (await client.LoginAsync("alice")).Token;
        await client.AnswerAsync(thief, await AdminHost.AccessCodeAsync(client, admin), "access_code");
        var thiefs = await BeginAsync(client, host, thief);
        host.Clock.Advance(Step);
        await AdminHost.ResetAsync(client, admin);

        var done = await client.PostAsync("/mfa", new { mfa_token = thief, enrollment_id = thiefs.FactorId, code = thiefs.Code() });

        Assert.Equal((403, "enrollment_not_allowed"), (done.Status, done.Error));
        await Oracles.NobodyIsSignedInAsync(client, done);
        await OwnerComesBackAsync(client, host, admin);
    }

    [Fact]
    public async Task SetUpInASessionFromBeforeAReset_AddsNothing()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Sessions.NeverAtSignIn(o);
            AdminHost.Use(o);
        });
        using var client = host.Client();
        var thief = await client.PasswordAloneAsync("alice");
        var thiefs = await BeginInSessionAsync(client, host, thief);
        await host.EnrollTotpAsync("admin");
        var admin = ("Cookie", await client.PasswordAloneAsync("admin"));
        Assert.Equal(204, (await AdminHost.ResetAsync(client, admin)).Status);

        var done = await VerifyAsync(client, thief, thiefs);

        Assert.Equal((403, "enrollment_not_allowed"), (done.Status, done.Error));
        Assert.Equal(0, host.Events.Count(MfaEventNames.FactorAdded, "alice"));
    }

    [Fact]
    public async Task SetUpFromBeforeTheOwnersFirstFactor_DoesNotTakeItsPlaceOnceItIsGone()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var thief = (await client.LoginAsync("alice")).Token;
        var thiefs = await BeginAsync(client, host, thief);
        host.Clock.Advance(Step);
        var alice = await client.EnrollAsync(host, "alice");
        Assert.Equal(204, (await client.DeleteAsync($"/mfa/factors/{alice.Device.FactorId}", alice.SignedIn.CookieHeader)).Status);

        var done = await client.PostAsync("/mfa", new { mfa_token = thief, enrollment_id = thiefs.FactorId, code = thiefs.Code() });

        Assert.Equal((403, "enrollment_not_allowed"), (done.Status, done.Error));
        await Oracles.NobodyIsSignedInAsync(client, done);
    }

    [Fact]
    public async Task SetUpByAProofThatTheOwnerTookAway_AddsNothing()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var stolen = await host.EnrollTotpAsync("alice");
        var thief = await SignInAsync(client, host, stolen);
        var thiefs = await BeginInSessionAsync(client, host, thief);
        var owner = await SignInAsync(client, host, alice.Device);
        Assert.Equal(204, (await client.DeleteAsync($"/mfa/factors/{stolen.FactorId}", owner)).Status);

        var done = await VerifyAsync(client, thief, thiefs);

        Assert.Equal((401, "insufficient_user_authentication"), (done.Status, done.Error));
        Assert.DoesNotContain(thiefs.FactorId, (await client.GetAsync("/mfa/factors", ("Cookie", owner))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUpByAProofFromBeforeAReset_AddsNothingToTheFactorsSinceThen()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        var thief = (await client.EnrollAsync(host, "alice")).SignedIn.CookieHeader;
        var thiefs = await BeginInSessionAsync(client, host, thief);
        await AdminHost.ResetAsync(client, admin);
        await OwnerComesBackAsync(client, host, admin);

        var done = await VerifyAsync(client, thief, thiefs);

        Assert.Equal((401, "insufficient_user_authentication"), (done.Status, done.Error));
        Assert.Equal(2, host.Events.Count(MfaEventNames.FactorAdded, "alice"));
    }

    [Fact]
    public async Task OwnersOwnSetUps_CompleteEachAfterTheOther_AndWhileTheirProofAges()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var session = (await client.EnrollAsync(host, "alice")).SignedIn.CookieHeader;
        var (one, two) = (await BeginInSessionAsync(client, host, session), await BeginInSessionAsync(client, host, session));
        host.Clock.Advance(TimeSpan.FromMinutes(8));

        var first = await VerifyAsync(client, session, one);
        var second = await VerifyAsync(client, first.CookieHeader, two);

        Assert.Equal((200, 200), (first.Status, second.Status));
    }

    private static async Task OwnerComesBackAsync(MfaClient client, TestHost host, (string, string) admin)
    {
        var owner = (await client.LoginAsync("alice")).Token;
        Assert.Equal(200, (await client.AnswerAsync(owner, await AdminHost.AccessCodeAsync(client, admin), "access_code")).Status);
        var owners = await BeginAsync(client, host, owner);
        var done = await client.PostAsync("/mfa", new { mfa_token = owner, enrollment_id = owners.FactorId, code = owners.Code() });
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
        host.Clock.Advance(Step);
    }

    private static async Task<string> SignInAsync(MfaClient client, TestHost host, TotpDevice device)
    {
        var done = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
        host.Clock.Advance(Step);
        return done.CookieHeader;
    }

    private static async Task<TotpDevice> BeginAsync(MfaClient client, TestHost host, string? token) =>
        DeviceOf(host, await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" }));

    private static async Task<TotpDevice> BeginInSessionAsync(MfaClient client, TestHost host, string cookies) =>
        DeviceOf(host, await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)));

    private static TotpDevice DeviceOf(TestHost host, Reply started)
    {
        var enrollment = started.Json["enrollment"]!;
        return new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
    }

    private static Task<Reply> VerifyAsync(MfaClient client, string cookies, TotpDevice device) =>
        client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", cookies));
}
