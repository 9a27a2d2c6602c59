using System.Net;
using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Benchmarks;

/// <summary>
/// One decision with all shipped signals, warm: a user with 20 browsers, 20 networks, 50 failures and 30 sign-ins, places from memory, 10,000 denied
/// addresses. With the store in memory the history is read each time, and opened once, as with any store whose record hasn't changed.
/// </summary>
public class RiskBenchmarks
{
    private const string Secret = "sssssssssssssssssssssssssssssssssssssssssss";
    private static readonly MfaSubject User = new("", "alice");
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly MfaPolicyContext _known = SignIn("198.51.100.7", new BrowserFacts(Secret, "Chrome, Windows"));
    private readonly MfaPolicyContext _new = SignIn("203.0.113.9", BrowserFacts.None);
    private RiskEngine _engine = null!;
    private DecisionMaker _decisions = null!;
    private MfaOptions _options = null!;
    private LoadedHistory _history = null!;

    [GlobalSetup]
    public async Task BuildAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([
            new("Mfa:Policy:Mode", "Suspicious"),
            .. Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"Mfa:Addresses:Deny:{i}", (string?)$"10.{i / 250}.{i % 250}.{i % 100}"))]);
        builder.Services.AddMfa().AddInMemoryFactorStore();
        builder.Services.AddSingleton<IGeoLocator, Places>();
        var services = builder.Build().Services;
        _options = services.GetRequiredService<MfaSettings>().Current;
        (_engine, _decisions) = (services.GetRequiredService<RiskEngine>(), services.GetRequiredService<DecisionMaker>());

        var history = HistoryOf(_options);
        await services.GetRequiredService<HistoryKeeper>().ChangeAsync(User, _ => history, CancellationToken.None);
        _history = new LoadedHistory(history, 1, null);
        if ((await Decided(_known)).Decision!.Outcome != MfaOutcome.NotRequired) throw new InvalidOperationException("The known browser is asked.");
    }

    [Benchmark, BenchmarkCategory("risk")]
    public RiskAssessment KnownBrowserAssessed() => Assess(_known);

    [Benchmark, BenchmarkCategory("risk")]
    public RiskAssessment NewBrowserAssessed() => Assess(_new);

    /// <summary>The whole of stage 2, the reading of the history included.</summary>
    [Benchmark, BenchmarkCategory("risk")]
    public MfaDecision? KnownBrowserDecided() => Decided(_known).GetAwaiter().GetResult().Decision;

    private RiskAssessment Assess(MfaPolicyContext signIn) => _engine.AssessAsync(_engine.ContextOf(signIn, _history, _options), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private Task<MadeDecision> Decided(MfaPolicyContext signIn) => _decisions.DecideAsync(signIn, null, [], _options, CancellationToken.None);

    private static SignInHistory HistoryOf(MfaOptions options)
    {
        var history = SignInHistory.Empty with { LastProvedAt = Now.AddDays(-1) };
        for (var i = 0; i < 20; i++) history = history.WithDevice(DeviceOf(i == 0 ? Secret : $"other{i}", options), 20);
        for (var i = 0; i < 19; i++) history = history.Visited(new Visit(Now.AddDays(-1), new GeoLocation(52.5, 13.4) { Country = "DE" }, false), $"192.0.{i}", options);
        history = history.Visited(new Visit(Now.AddHours(-1), new GeoLocation(52.5, 13.4) { Country = "DE" }, false), "198.51.100", options);
        for (var i = 0; i < 50; i++) history = history.Failed(new FailedSignIn(Now.AddMinutes(-i), FailureKind.Password, "192.0.2"));
        for (var i = 0; i < 30; i++) history = SignInLog.Append(history, RecordOf(i), new KnownBefore { Network = true }, options);
        return history;
    }

    private static KnownDevice DeviceOf(string secret, MfaOptions options) => new("id", DeviceReader.KeyOf(User, secret))
    {
        Agent = "Chrome, Windows",
        CreatedAt = Now.AddDays(-9),
        LastSeenAt = Now.AddDays(-1),
        ProvedAt = Now.AddDays(-1),
        AsOf = Now.ToUnixTimeMilliseconds(),
        Policy = PolicyFingerprint.Of(options),
    };

    private static MfaSignInRecord RecordOf(int i) => new()
    {
        Id = $"id{i}",
        At = Now.AddDays(-i),
        Scheme = "Cookies",
        Path = "/account/login",
        Address = "198.51.100.7",
        Outcome = MfaOutcome.NotRequired,
        Rule = "default",
        Reasons = ["not_suspicious"],
    };

    private static MfaPolicyContext SignIn(string address, BrowserFacts browser) => new()
    {
        Subject = User,
        Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "alice"), new Claim("name", "Alice"), new Claim("role", "User")], "pwd")),
        Scheme = "Cookies",
        Path = "/account/login",
        RemoteAddress = IPAddress.Parse(address),
        Now = Now,
        Browser = browser,
    };

    private sealed class Places : IGeoLocator
    {
        private static readonly GeoLocation Here = new(48.1, 11.6) { Country = "DE", AccuracyRadiusKm = 20 };

        public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) => new(Here);
    }
}
