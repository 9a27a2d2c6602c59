using System.Net;
using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TestKit;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>The risk engine as AddMfa() registers it, without a server: a test gives it a history and a sign-in.</summary>
internal sealed class RiskRig : IDisposable
{
    public const string Agent = "Chrome, Windows";
    public const string Home = "198.51.100.7";
    public static readonly MfaSubject Alice = new("", "alice");
    public static readonly string Secret = new('s', 43);
    private readonly WebApplication _app;

    public RiskRig(Action<IServiceCollection>? services = null, Action<MfaBuilder>? mfa = null, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = "RiskRig" });
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Configuration.AddInMemoryCollection(settings.Prepend((Key: "Policy:Mode", Value: "Suspicious")).Select(s => KeyValuePair.Create("Mfa:" + s.Key, s.Value)));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        var added = builder.Services.AddMfa().AddInMemoryFactorStore();
        builder.Services.AddSingleton<IGeoLocator>(Places);
        services?.Invoke(builder.Services);
        mfa?.Invoke(added);
        _app = builder.Build();
    }

    public CapturedLog Log { get; } = new();

    public FakeClock Clock { get; } = new();

    public Places Places { get; } = new();

    public DateTimeOffset Now => Clock.GetUtcNow();

    public MfaOptions Options => Get<MfaSettings>().Current;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Alice's sign-in in her browser; without a secret, in one that brings no cookie.</summary>
    public MfaPolicyContext SignIn(string? address = Home, string? secret = null, string agent = Agent, string? stamp = null) => new()
    {
        Subject = Alice,
        Principal = PrincipalOf(stamp),
        Scheme = "Cookies",
        Path = "/login",
        RemoteAddress = address is null ? null : IPAddress.Parse(address),
        Now = Now,
        Browser = new BrowserFacts(secret, agent),
    };

    /// <summary>Alice's browser, proved just now.</summary>
    public KnownDevice Device(string? secret = null) => new("id", DeviceReader.KeyOf(Alice, secret ?? Secret))
    {
        Agent = Agent,
        CreatedAt = Now,
        LastSeenAt = Now,
        ProvedAt = Now,
        AsOf = Now.ToUnixTimeMilliseconds(),
        Strength = MfaStrength.Otp,
        Policy = PolicyFingerprint.Of(Options),
    };

    /// <summary>What is noted when a session was proved in that browser.</summary>
    public DeviceProof Proof(string session) => new() { Subject = Alice, SessionId = session, At = Now, Browser = new(Secret, Agent), AsOf = Now.ToUnixTimeMilliseconds() };

    /// <summary>A history with that browser, and the network of home.</summary>
    public SignInHistory Known(KnownDevice? device = null) => new()
    {
        Devices = [device ?? Device()],
        Networks = [new SeenNetwork("198.51.100", Now, false)],
        LastProvedAt = Now,
        LastVisit = new Visit(Now, null, false),
    };

    public ValueTask<RiskAssessment> AssessAsync(SignInHistory history, MfaPolicyContext signIn, MfaOptions? options = null, DateTimeOffset? factorsChangedAt = null)
    {
        var engine = Get<RiskEngine>();
        return engine.AssessAsync(engine.ContextOf(signIn, new LoadedHistory(history, 1, factorsChangedAt), options ?? Options), default);
    }

    public async ValueTask<RiskFinding> FindAsync(string signal, SignInHistory history, MfaPolicyContext signIn) =>
        (await AssessAsync(history, signIn)).Findings.Single(f => f.Signal == signal);

    public async ValueTask<string> CodeAsync(string signal, SignInHistory history, MfaPolicyContext signIn) => (await FindAsync(signal, history, signIn)).Code;

    public static ClaimsPrincipal PrincipalOf(string? stamp = null) =>
        new(new ClaimsIdentity([new Claim("sub", "alice"), .. stamp is null ? [] : new[] { new Claim("AspNet.Identity.SecurityStamp", stamp) }], "pwd"));

    public void Dispose()
    {
        _ = _app.DisposeAsync().AsTask();
        Log.Dispose();
    }
}

/// <summary>Places of addresses.</summary>
internal sealed class Places : Dictionary<string, GeoLocation>, IGeoLocator
{
    public bool Throws { get; set; }

    public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) =>
        Throws ? throw new IOException("no file") : new(this.GetValueOrDefault(address.ToString()));
}
