using System.Net;
using System.Security.Claims;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>
/// The risk engine without a web server: the product's own services over a store in memory, driven as the gate drives them. Each call returns when
/// everything it leads to is written, so that the next one decides by it. Time is the clock's; the caller moves it.
/// </summary>
internal sealed class RiskHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly FakeClock _clock;
    private readonly DecisionMaker _decisions;
    private readonly SignInRecorder _recorder;
    private readonly DeviceMemory _devices;
    private readonly HistoryWriter _writer;
    private readonly MfaRiskReports _reports;
    private readonly FactorStore _factors;
    private int _sessions;

    /// <param name="configure">The settings; they go through the product's validation.</param>
    /// <param name="clock">The time.</param>
    /// <param name="locate">Where addresses are; nobody knows if null.</param>
    /// <param name="extend">Signals, policies and stores of the caller's.</param>
    public RiskHarness(Action<MfaOptions> configure, FakeClock clock, Func<IPAddress, GeoLocation?>? locate = null, Action<MfaBuilder>? extend = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IHostEnvironment>(new Surroundings());
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        if (locate is not null) services.AddSingleton<IGeoLocator>(new Locator(locate));
        var mfa = services.AddMfa(configure).AddInMemoryFactorStore();
        extend?.Invoke(mfa);
        (_services, _clock) = (services.BuildServiceProvider(), clock);
        _decisions = _services.GetRequiredService<DecisionMaker>();
        _recorder = _services.GetRequiredService<SignInRecorder>();
        _devices = _services.GetRequiredService<DeviceMemory>();
        _writer = _services.GetRequiredService<HistoryWriter>();
        _reports = _services.GetRequiredService<MfaRiskReports>();
        _factors = _services.GetRequiredService<FactorStore>();
    }

    public IServiceProvider Services => _services;

    /// <summary>A primary sign-in with the right password, as the gate decides and records it.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="address">From where.</param>
    /// <param name="browser">The cookie jar; null keeps none. One that was never proved in is worth as little as none.</param>
    /// <param name="userAgent">The header.</param>
    /// <param name="roles">Of the user.</param>
    /// <returns>The decision; nobody has answered it yet.</returns>
    public async Task<HarnessSignIn> SignInAsync(string user, IPAddress? address, string? browser, string userAgent, params string[] roles)
    {
        var options = _services.GetRequiredService<MfaSettings>().Current;
        var signIn = new MfaPolicyContext
        {
            Subject = SubjectOf(user),
            Principal = PrincipalOf(user, roles),
            Scheme = "Cookies",
            Path = "/login",
            RemoteAddress = address,
            Now = _clock.GetUtcNow(),
            Browser = new BrowserFacts(browser, BrowserAgent.Of(userAgent)),
        };
        var made = await _decisions.DecideAsync(signIn, null, [], options, CancellationToken.None);
        var id = $"session-{++_sessions}";
        if (made.Decision is { Outcome: MfaOutcome.NotRequired })
        {
            if (made.Decision.Observed is not null) signIn = signIn with { Browser = signIn.Browser with { Remembered = browser ?? $"jar-of-{id}" } };
            _recorder.Passed(signIn, made);
            if (made.WouldBeHeld) _devices.Observe(signIn, made);
        }
        else if (made.Decision is not null)
        {
            _recorder.Held(signIn, made, id);
        }

        await _writer.FlushAsync();
        return new HarnessSignIn(signIn, made, id);
    }

    /// <summary>The challenge, or the set-up, is done by whoever made the sign-in.</summary>
    public async Task ProveAsync(HarnessSignIn signIn, MfaStrength strength = MfaStrength.Otp, bool trusts = false)
    {
        if (signIn.Made.Decision!.Outcome == MfaOutcome.EnrollmentRequired) await EnrollAsync(signIn.Context.Subject.Id);
        var now = _clock.GetUtcNow();
        await _devices.KeepAsync(new DeviceProof
        {
            Subject = signIn.Context.Subject,
            SessionId = signIn.Id,
            At = now,
            Browser = signIn.Context.Browser with { Secret = signIn.Context.Browser.Secret ?? $"jar-of-{signIn.Id}" },
            Address = signIn.Context.RemoteAddress,
            Strength = strength,
            AsOf = now.ToUnixTimeMilliseconds(),
            Trusts = trusts,
        });
        await _writer.FlushAsync();
    }

    /// <summary>A wrong answer to the challenge.</summary>
    public async Task FailAnswerAsync(HarnessSignIn signIn)
    {
        _recorder.AnswerFailed(signIn.Context.Subject, Interposition.Network.Of(signIn.Context.RemoteAddress), _clock.GetUtcNow());
        await _writer.FlushAsync();
    }

    /// <summary>A wrong password.</summary>
    /// <param name="user">Null where the name is nobody's.</param>
    /// <param name="address">From where.</param>
    /// <param name="typedName">What was typed.</param>
    public async Task FailPasswordAsync(string? user, IPAddress? address, string? typedName = null)
    {
        _reports.SignInFailed(user is null ? null : SubjectOf(user), typedName ?? user, address);
        await _writer.FlushAsync();
    }

    public Task PasswordChangedAsync(string user, bool wasReset) => _reports.PasswordChangedAsync(SubjectOf(user), wasReset, CancellationToken.None);

    /// <summary>Gives the user a factor, as if they had set it up before.</summary>
    /// <returns>False where they have one.</returns>
    public async Task<bool> EnrollAsync(string user, string method = "totp") => await _factors.TryAddFirstFactorAsync(
        new MfaFactor { Id = $"factor-of-{user}", Subject = SubjectOf(user), Method = method, ProtectedSecret = "-", CreatedAt = _clock.GetUtcNow() },
        [], _clock.GetUtcNow(), CancellationToken.None);

    /// <summary>What is kept of a user's sign-ins, oldest first.</summary>
    public async Task<IReadOnlyList<MfaSignInRecord>> RecordsAsync(string user) =>
        SignInLog.Read((await _services.GetRequiredService<HistoryKeeper>().LoadAsync(SubjectOf(user), CancellationToken.None)).History);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    public static MfaSubject SubjectOf(string user) => new("", user);

    private static ClaimsPrincipal PrincipalOf(string user, string[] roles) =>
        new(new ClaimsIdentity([new Claim("sub", user), .. roles.Select(r => new Claim("role", r))], "password", "name", "role"));

    private sealed class Locator(Func<IPAddress, GeoLocation?> locate) : IGeoLocator
    {
        public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) => new(locate(address));
    }

    private sealed class Surroundings : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Development";

        public string ApplicationName { get; set; } = "RiskHarness";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}

/// <summary>A sign-in that the harness made.</summary>
/// <param name="Context">As it was decided.</param>
/// <param name="Made">The decision.</param>
/// <param name="Id">The id of its record, where it waits for a proof.</param>
internal sealed record HarnessSignIn(MfaPolicyContext Context, MadeDecision Made, string Id)
{
    /// <summary>What was decided; under <c>Policy:Observe</c>, what would have been.</summary>
    public MfaOutcome Outcome => Made.Decision!.Observed ?? Made.Decision.Outcome;

    /// <summary>Whether it waits for a proof.</summary>
    public bool IsHeld => Made.Decision!.Outcome is MfaOutcome.Required or MfaOutcome.EnrollmentRequired;
}
