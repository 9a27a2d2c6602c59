using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Policies;

public sealed class PolicyEngineTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly CapturedLog _log = new();
    private readonly MfaOptions _options = new();
    private readonly ServiceCollection _services = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(MfaMode.Always, MfaOutcome.Required, "mode_always")]
    [InlineData(MfaMode.Never, MfaOutcome.NotRequired, "mode_never")]
    [InlineData((MfaMode)9, MfaOutcome.Required, "mode_always")]
    public async Task NoRule_IsDecidedByTheDefaultMode(MfaMode mode, MfaOutcome outcome, string reason)
    {
        _options.Policy.Mode = mode;

        var decision = await DecideAsync(SignIn());

        Assert.Equal((outcome, "default"), (decision.Outcome, decision.Rule));
        Assert.Equal([reason], decision.Reasons);
    }

    [Fact]
    public async Task Suspicious_WhereNobodyKnowsAHistory_IsChallenged()
    {
        _options.Policy.Mode = MfaMode.Suspicious;

        AssertChallenged(await DecideAsync(SignIn()), "engine", "policy_error");
    }

    [Fact]
    public async Task FirstRuleThatHolds_Decides()
    {
        _options.Policy.Rules.Add(new PolicyRule { Role = "Admin", Mode = MfaMode.Always, MinimumStrength = MfaStrength.PhishingResistant, MaxAge = TimeSpan.Zero, Enrollment = MfaEnrollmentMode.Optional });
        _options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", Mode = MfaMode.Never });
        _options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", Mode = MfaMode.Always });

        var admin = await DecideAsync(SignIn(role: "Admin"));
        Assert.Equal((MfaOutcome.Required, "rules[0]"), (admin.Outcome, admin.Rule));
        Assert.Equal(["mode_always", "role"], admin.Reasons);
        Assert.Equal((MfaStrength.PhishingResistant, TimeSpan.Zero, MfaEnrollmentMode.Optional), (admin.MinimumStrength!.Value, admin.MaxAge!.Value, admin.Enrollment!.Value));

        var other = await DecideAsync(SignIn());
        Assert.Equal((MfaOutcome.NotRequired, "rules[1]"), (other.Outcome, other.Rule));
        Assert.Equal(["mode_never", "scheme"], other.Reasons);
        Assert.Null(other.MinimumStrength);
    }

    [Theory]
    [InlineData("Admin", null, null, null, true, "role")]
    [InlineData("User", null, null, null, false, "role")]
    [InlineData(null, "Cookies", null, null, true, "scheme")]
    [InlineData(null, "cookies", null, null, false, "scheme")]
    [InlineData(null, null, "kiosk", null, true, "client")]
    [InlineData(null, null, "Kiosk", null, false, "client")]
    [InlineData(null, null, null, "/admin", true, "path")]
    [InlineData(null, null, null, "/ADMIN/", true, "path")]
    [InlineData(null, null, null, "/admin/login", true, "path")]
    [InlineData(null, null, null, "/", true, "path")]
    [InlineData(null, null, null, "/adm", false, "path")]
    [InlineData(null, null, null, "/admin/login/x", false, "path")]
    [InlineData("Admin", "Cookies", "kiosk", "/admin", true, "role scheme client path")]
    [InlineData("Admin", "Cookies", "kiosk", "/other", false, "")]
    [InlineData("User", "Cookies", "kiosk", "/admin", false, "")]
    [InlineData(null, null, null, null, false, "")]
    public async Task Rule_HoldsWhereEachOfItsConditionsDoes(string? role, string? scheme, string? client, string? path, bool holds, string reasons)
    {
        _options.Policy.Rules.Add(new PolicyRule { Role = role, Scheme = scheme, Client = client, Path = path, Mode = MfaMode.Never });

        var decision = await DecideAsync(SignIn(role: "Admin", client: "kiosk", path: "/Admin/login"));

        Assert.Equal(holds ? MfaOutcome.NotRequired : MfaOutcome.Required, decision.Outcome);
        if (holds) Assert.Equal([.. new[] { "mode_never" }, .. reasons.Split(' ')], decision.Reasons);
    }

    [Fact]
    public async Task RuleForAClient_DoesNotHoldWhereNoneIsNamed()
    {
        _options.Policy.Rules.Add(new PolicyRule { Client = "kiosk", Mode = MfaMode.Never });

        Assert.Equal(MfaOutcome.Required, (await DecideAsync(SignIn())).Outcome);
    }

    [Fact]
    public async Task RuleWithoutAMode_TakesTheDefaultOne()
    {
        _options.Policy.Mode = MfaMode.Never;
        _options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", Enrollment = MfaEnrollmentMode.Optional });

        var decision = await DecideAsync(SignIn());

        Assert.Equal((MfaOutcome.NotRequired, "rules[0]"), (decision.Outcome, decision.Rule));
    }

    [Fact]
    public async Task RuleThatCantBeChecked_Challenges()
    {
        _options.Policy.Mode = MfaMode.Never;
        _options.Policy.Rules.Add(new PolicyRule { Path = "no slash", Mode = MfaMode.Never });

        var decision = await DecideAsync(SignIn());

        Assert.Equal((MfaOutcome.Required, "engine"), (decision.Outcome, decision.Rule));
        Assert.Equal(["policy_error"], decision.Reasons);
    }

    [Fact]
    public async Task Policies_RunInOrderBeforeTheRules_AndTheFirstOpinionDecides()
    {
        _options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", Mode = MfaMode.Never });
        Add(_ => new((MfaDecision?)null));
        Add(async ct =>
        {
            await Task.Yield();
            return MfaDecision.Denied("mine", "blocked");
        });
        Add(_ => throw new InvalidOperationException("never asked"));

        var decision = await DecideAsync(SignIn());

        Assert.Equal((MfaOutcome.Denied, "mine"), (decision.Outcome, decision.Rule));
        Assert.Equal(["blocked"], decision.Reasons);
    }

    [Fact]
    public async Task PoliciesWithoutAnOpinion_LeaveItToTheRules()
    {
        Add(_ => new((MfaDecision?)null));
        _options.Policy.Rules.Add(new PolicyRule { Scheme = "Cookies", Mode = MfaMode.Never });

        Assert.Equal("rules[0]", (await DecideAsync(SignIn())).Rule);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PolicyThatThrows_Challenges(bool atOnce)
    {
        _options.Policy.Mode = MfaMode.Never;
        Add(async _ =>
        {
            if (!atOnce) await Task.Yield();
            throw new InvalidOperationException("broken");
        });

        AssertChallenged(await DecideAsync(SignIn()), nameof(DelegatePolicy), "policy_error");
    }

    [Fact]
    public async Task PolicyThatCancelsItself_Challenges()
    {
        _options.Policy.Mode = MfaMode.Never;
        Add(_ => throw new OperationCanceledException());

        AssertChallenged(await DecideAsync(SignIn()), nameof(DelegatePolicy), "policy_error");
    }

    [Fact]
    public async Task PolicyThatCantBeMade_Challenges()
    {
        _options.Policy.Mode = MfaMode.Never;
        _services.AddScoped<IMfaPolicy>(_ => throw new InvalidOperationException("no database"));

        AssertChallenged(await DecideAsync(SignIn()), "engine", "policy_error");
    }

    [Fact]
    public async Task PolicyThatIgnoresItsToken_ChallengesWhenTheTimeIsOver()
    {
        var never = new TaskCompletionSource<MfaDecision?>();
        Add(_ => new(never.Task));

        var decision = DecideAsync(SignIn()).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(decision.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        AssertChallenged(await decision, nameof(DelegatePolicy), "policy_timeout");
        never.SetResult(MfaDecision.NotRequired("late"));
    }

    [Fact]
    public async Task PolicyThatHeedsItsToken_ChallengesWhenTheTimeIsOver()
    {
        Add(async ct =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, ct);
            return MfaDecision.NotRequired("late");
        });

        var decision = DecideAsync(SignIn()).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        AssertChallenged(await decision, nameof(DelegatePolicy), "policy_timeout");
    }

    [Fact]
    public async Task PolicyThatBlocksAndAnswersTooLate_Challenges()
    {
        Add(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return new(MfaDecision.NotRequired("late"));
        });

        AssertChallenged(await DecideAsync(SignIn()), nameof(DelegatePolicy), "policy_timeout");
    }

    [Fact]
    public async Task TimeOut_IsThatOfAllPoliciesTogether()
    {
        for (var i = 0; i < 4; i++)
        {
            Add(_ =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return new((MfaDecision?)null);
            });
        }

        AssertChallenged(await DecideAsync(SignIn()), nameof(DelegatePolicy), "policy_timeout");
    }

    [Fact]
    public async Task RequestThatIsGivenUp_IsNotDecided()
    {
        using var request = new CancellationTokenSource();
        Add(_ => new(new TaskCompletionSource<MfaDecision?>().Task));

        var decision = DecideAsync(SignIn(), request.Token).AsTask();
        await request.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decision);
        Assert.Empty(_log.Errors);
    }

    [Fact]
    public async Task AddPolicy_IsOneLineAndCountsOnce()
    {
        new MfaBuilder(_services).AddPolicy<Refuses>().AddPolicy<Refuses>();

        Assert.Single(_services, s => s.ServiceType == typeof(IMfaPolicy));
        Assert.Equal("refuses", (await DecideAsync(SignIn())).Rule);
    }

    [Fact]
    public async Task DecisionWithoutPolicies_AllocatesNothingForTheDefaultMode()
    {
        using var provider = _services.BuildServiceProvider();
        var engine = NewEngine(provider);
        var context = SignIn();
        for (var i = 0; i < 1000; i++) _ = await engine.DecideAsync(context, _options, default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _ = await engine.DecideAsync(context, _options, default);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private void AssertChallenged(MfaDecision decision, string rule, string reason)
    {
        Assert.Equal((MfaOutcome.Required, rule), (decision.Outcome, decision.Rule));
        Assert.Equal([reason], decision.Reasons);
        Assert.Contains(rule, Assert.Single(_log.Errors), StringComparison.Ordinal);
    }

    private void Add(Func<CancellationToken, ValueTask<MfaDecision?>> decide) => _services.AddSingleton<IMfaPolicy>(new DelegatePolicy(decide));

    private ValueTask<MfaDecision> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken = default) =>
        NewEngine(_services.BuildServiceProvider(validateScopes: true)).DecideAsync(context, _options, cancellationToken);

    private PolicyEngine NewEngine(IServiceProvider services) => new(
        services.GetRequiredService<IServiceScopeFactory>(), _clock, new Logger<PolicyEngine>(new LoggerFactory([_log])),
        services.GetRequiredService<IServiceProviderIsService>());

    private MfaPolicyContext SignIn(string? role = null, string? client = null, string path = "/account/login") => new()
    {
        Subject = new MfaSubject("", "alice"),
        Principal = new ClaimsPrincipal(new ClaimsIdentity(role is null ? [] : [new Claim(ClaimTypes.Role, role)], "pwd")),
        Scheme = "Cookies",
        Client = client,
        Path = path,
        Now = _clock.GetUtcNow(),
    };

    private sealed class DelegatePolicy(Func<CancellationToken, ValueTask<MfaDecision?>> decide) : IMfaPolicy
    {
        public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) => decide(cancellationToken);
    }

    private sealed class Refuses : IMfaPolicy
    {
        public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) =>
            new(MfaDecision.Denied("refuses", "test"));
    }
}
