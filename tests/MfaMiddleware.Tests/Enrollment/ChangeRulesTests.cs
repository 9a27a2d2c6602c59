using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Enrollment;

/// <summary>Which proof a change of factors needs.</summary>
public sealed class ChangeRulesTests
{
    [Fact]
    public async Task B050_SessionWithoutAProof_ChangesNothing()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var before = (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body;

        Reply[] replies =
        [
            await client.DeleteAsync($"/mfa/factors/{device.FactorId}", cookies),
            await client.PatchAsync($"/mfa/factors/{device.FactorId}", new { name = "Mine" }, cookies),
            await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies)),
        ];

        Assert.All(replies, r => Assert.Equal((401, "insufficient_user_authentication"), (r.Status, r.Error)));
        Assert.All(replies, r => Assert.StartsWith("Bearer error=\"insufficient_user_authentication\"", r.Challenge(), StringComparison.Ordinal));
        Assert.Equal(before, (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body);
    }

    [Fact]
    public async Task B051_SessionWithoutAProof_EnrollsNoFurtherFactor()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");

        var begun = await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies));

        Assert.Equal((401, "insufficient_user_authentication"), (begun.Status, begun.Error));
        Assert.Single(await FactorsAsync(host, "alice"));
    }

    [Fact]
    public async Task B051_PendingSignInOfAUserWithAFactor_EnrollsNoneAndUsesNone()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var alice = await client.LoginAsync("alice");
        var mallorys = await BeginAsync(host, client, (await client.LoginAsync("mallory")).Token);

        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = alice.Token, method = "totp" });
        var used = await client.PostAsync("/mfa", new { mfa_token = alice.Token, enrollment_id = mallorys.FactorId, code = mallorys.Code() });

        Assert.Equal((403, "enrollment_not_allowed"), (begun.Status, begun.Error));
        Assert.Equal((401, "invalid_code"), (used.Status, used.Error));
        await Oracles.NobodyIsSignedInAsync(client, begun, used);

        // Not even where the factor goes while the sign-in waits for it.
        Assert.True(await host.Services.GetRequiredService<IMfaFactorStore>().TryRemoveFactorAsync(new MfaSubject("", "alice"), device.FactorId, host.Clock.GetUtcNow(), default));
        var without = await client.PostAsync("/mfa/enroll", new { mfa_token = used.Token, method = "totp" });
        Assert.Equal((403, "enrollment_not_allowed"), (without.Status, without.Error));
        Assert.Empty(await FactorsAsync(host, "alice"));
    }

    [Fact]
    public async Task B051_EnrollmentThatWaits_EndsWhenAFactorIsThere()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (begun, waiting) = (await client.LoginAsync("alice"), await client.LoginAsync("alice"));
        var thiefs = await BeginAsync(host, client, begun.Token);
        var device = await host.EnrollTotpAsync("alice");

        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = waiting.Token, method = "totp" });
        var completed = await client.PostAsync("/mfa", new { mfa_token = begun.Token, enrollment_id = thiefs.FactorId, code = thiefs.Code() });

        Assert.Equal((403, "enrollment_not_allowed"), (started.Status, started.Error));
        Assert.Equal((403, "enrollment_not_allowed"), (completed.Status, completed.Error));
        await Oracles.NobodyIsSignedInAsync(client, started, completed);
        Assert.Equal(device.FactorId, Assert.Single(await FactorsAsync(host, "alice")).Id);
    }

    [Fact]
    public async Task B052_StepUpOfTenMinutesAgo_IsRefused()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var path = $"/mfa/factors/{device.FactorId}";
        Assert.Equal(200, (await client.PatchAsync(path, new { name = "Phone" }, cookies)).Status);

        host.Clock.Advance(TimeSpan.FromMinutes(10));

        var change = await client.PatchAsync(path, new { name = "Telephone" }, cookies);
        var removal = await client.DeleteAsync(path, cookies);
        Assert.Equal((401, 401), (change.Status, removal.Status));
        Assert.Contains("max_age=\"300\"", change.Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B052_ProofWeakerThanTheFactorToAdd_IsRefusedWhereAStrongerOneExists()
    {
        await using var host = await StartWithKeysAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await AddKeyAsync(host, "alice");
        var weak = await client.ProvedAsync("alice", device.Code());
        var strong = await client.ProvedAsync("alice", "touch");

        var refused = await client.PostAsync("/mfa/factors", new { method = "key" }, ("Cookie", weak));
        var allowed = await client.PostAsync("/mfa/factors", new { method = "key" }, ("Cookie", strong));

        Assert.Equal((401, 200), (refused.Status, allowed.Status));
        Assert.Contains("acr_values=\"urn:mfa:3\"", refused.Challenge(), StringComparison.Ordinal);
        Assert.Equal(401, (await client.DeleteAsync($"/mfa/factors/{KeyMethod.FactorOf("alice", 900).Id}", weak)).Status);
    }

    [Fact]
    public async Task StrongerFactor_IsAddedWithTheStrongestThatExists()
    {
        await using var host = await StartWithKeysAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        var begun = await client.PostAsync("/mfa/factors", new { method = "key" }, ("Cookie", cookies));
        var done = await client.PostAsync($"/mfa/factors/{begun.Json["enrollment"]!["id"]}/verify", new { code = "touch" }, ("Cookie", cookies));

        Assert.Equal((200, 200), (begun.Status, done.Status));
    }

    [Fact]
    public async Task RecoveryCode_SufficesForEveryFactor()
    {
        await using var host = await StartWithKeysAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        await AddKeyAsync(host, "alice");
        var strong = await client.ProvedAsync("alice", "touch");
        var codes = (await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", strong))).Json["recovery_codes"]!;

        var recovered = await client.ProvedAsync("alice", (string)codes[0]!);

        Assert.Equal(200, (await client.PostAsync("/mfa/factors", new { method = "key" }, ("Cookie", recovered))).Status);
        Assert.Equal(204, (await client.DeleteAsync($"/mfa/factors/{KeyMethod.FactorOf("alice", 900).Id}", recovered)).Status);
    }

    private static async Task<TotpDevice> BeginAsync(TestHost host, MfaClient client, string? token)
    {
        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" })).Json["enrollment"]!;
        return new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
    }

    private static async Task<IReadOnlyList<MfaFactor>> FactorsAsync(TestHost host, string user) =>
        (await host.Services.GetRequiredService<IMfaFactorStore>().FindAsync(new MfaSubject("", user), default)).Factors;

    private static Task<TestHost> StartWithKeysAsync() => TestHost.StartAsync(options =>
    {
        Sessions.NeverAtSignIn(options);
        options.Mfa = mfa => mfa.AddMethod<KeyMethod>();
    });

    private static async Task AddKeyAsync(TestHost host, string user) =>
        Assert.True(await host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(KeyMethod.FactorOf(user, 900), 10, default, default));
}
