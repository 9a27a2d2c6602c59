using System.Net;
using System.Security.Claims;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>What a test changes about the host before it starts.</summary>
public sealed class TestHostOptions
{
    /// <summary>Settings under <c>Mfa:</c>, for example <c>["Policy:Mode"] = "Never"</c>.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public string Environment { get; set; } = "Development";

    public FakeClock Clock { get; set; } = new();

    /// <summary>Less for load: each line is kept.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Trace;

    /// <summary>Before AddMfa.</summary>
    public Action<IServiceCollection>? ServicesBefore { get; set; }

    /// <summary>On the builder that AddMfa returned.</summary>
    public Action<MfaBuilder>? Mfa { get; set; }

    /// <summary>After AddMfa.</summary>
    public Action<IServiceCollection>? ServicesAfter { get; set; }

    public Action<WebApplicationBuilder>? Builder { get; set; }

    /// <summary>Middleware before routing and authentication.</summary>
    public Action<WebApplication>? Pipeline { get; set; }

    /// <summary>Endpoints of the test's own.</summary>
    public Action<WebApplication>? Endpoints { get; set; }

    /// <summary>False leaves <c>MapMfa()</c> out.</summary>
    public bool MapMfa { get; set; } = true;

    /// <summary>False leaves the in-memory factor store out.</summary>
    public bool InMemoryFactorStore { get; set; } = true;

    /// <summary>Without TLS a server speaks one of them: for HTTP/2 the client needs prior knowledge.</summary>
    public HttpProtocols Protocols { get; set; } = HttpProtocols.Http1AndHttp2;

    /// <summary>The principal of a login; default: sub, name, email, amr=pwd, and role Admin for "admin".</summary>
    public Func<string, ClaimsPrincipal> Principal { get; set; } = TestHost.PrincipalOf;
}

/// <summary>
/// An ordinary app on a real server on a free loopback port: cookie (<c>POST /login</c>, <c>POST /form</c>) and bearer (<c>POST /token</c>)
/// sign-ins of any user by name, <c>GET /me</c> with the claims, and MFA in front. Clock, events and log are the test's.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app, FakeClock clock, EventRecorder events, LogRecorder logs)
    {
        _app = app;
        (Clock, Events, Logs) = (clock, events, logs);
        BaseAddress = new Uri(app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        LoopbackAddress = new Uri(app.Urls.First());
        Http2Address = new Uri(app.Urls.Last());
    }

    public FakeClock Clock { get; }

    public EventRecorder Events { get; }

    public LogRecorder Logs { get; }

    /// <summary>http://localhost:port, where Secure cookies are kept by browsers.</summary>
    public Uri BaseAddress { get; }

    /// <summary>http://127.0.0.1:port.</summary>
    public Uri LoopbackAddress { get; }

    /// <summary>The same app over HTTP/2 without TLS.</summary>
    public Uri Http2Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null)
    {
        var options = new TestHostOptions();
        configure?.Invoke(options);
        var events = new EventRecorder();
        var logs = new LogRecorder();
        var app = Build(options, events, logs);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new TestHost(app, options.Clock, events, logs);
    }

    /// <summary>A client without memory: no cookies kept, no redirects followed.</summary>
    public MfaClient Client() => new(BaseAddress);

    /// <summary>Puts a TOTP factor into the store, as if the user had set it up before.</summary>
    public async Task<TotpDevice> EnrollTotpAsync(string user, string realm = "")
    {
        var start = await EnrollAsync("totp", new MfaSubject(realm, user));
        return new TotpDevice(start.Draft.Id, start.Secret!, Clock);
    }

    /// <summary>Puts a token with a button into the store, as if the user had set it up before.</summary>
    public async Task<HotpDevice> EnrollHotpAsync(string user, int digits = 6)
    {
        var start = await EnrollAsync("hotp", new MfaSubject("", user));
        return new HotpDevice(start.Draft.Id, Base32.Decode(start.Secret!), digits: digits);
    }

    public static ClaimsPrincipal PrincipalOf(string user)
    {
        List<Claim> claims = [new("sub", user), new("name", user), new("email", user + "@example.com"), new("amr", "pwd")];
        if (user == "admin") claims.Add(new Claim("role", "Admin"));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "password", "name", "role"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<EnrollmentStart.Begun> EnrollAsync(string name, MfaSubject subject)
    {
        var method = Services.GetServices<IMfaMethod>().Single(m => m.Name == name);
        // The app's own clock, which a test may have put in the place of ours: a factor of years to come would make every proof void.
        var context = new EnrollmentContext { Subject = subject, AccountName = subject.Id, Now = Services.GetRequiredService<TimeProvider>().GetUtcNow() };
        var start = (EnrollmentStart.Begun)await ((IMfaEnrollment)method).BeginAsync(context, default);
        var store = Services.GetRequiredService<IMfaFactorStore>();
        if (!await store.TryAddFirstFactorAsync(start.Draft, [], context.Now, default) && !await store.TryAddFactorAsync(start.Draft, 10, context.Now, default))
        {
            throw new InvalidOperationException("The factor was not added.");
        }

        return start;
    }

    private static WebApplication Build(TestHostOptions options, EventRecorder events, LogRecorder logs)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = options.Environment, ApplicationName = "TestHost" });
        // Beside the tests may lie the settings of a sample that they also run, of whichever was copied last.
        foreach (var file in builder.Configuration.Sources.OfType<JsonConfigurationSource>().ToList()) builder.Configuration.Sources.Remove(file);
        builder.Configuration.AddInMemoryCollection(options.Settings.Select(s => KeyValuePair.Create("Mfa:" + s.Key, s.Value)));
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(options.LogLevel);
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = options.Protocols);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.WebHost.UseUrls();
        builder.Services.AddSingleton<TimeProvider>(options.Clock);
        builder.Services.AddSingleton<IMfaEventSink>(events);
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie().AddBearerToken();
        builder.Services.AddAuthorization();
        options.ServicesBefore?.Invoke(builder.Services);
        var mfa = builder.Services.AddMfa();
        if (options.InMemoryFactorStore) mfa.AddInMemoryFactorStore();
        options.Mfa?.Invoke(mfa);
        options.ServicesAfter?.Invoke(builder.Services);
        options.Builder?.Invoke(builder);

        var app = builder.Build();
        options.Pipeline?.Invoke(app);
        app.UseAuthentication();
        app.UseAuthorization();
        MapHost(app, options);
        options.Endpoints?.Invoke(app);
        if (options.MapMfa) app.MapMfa();
        return app;
    }

    private static void MapHost(WebApplication app, TestHostOptions options)
    {
        app.MapPost("/login", async (HttpContext context, Login login) =>
        {
            await context.SignInAsync(options.Principal(login.User));
            return Results.Ok(new { welcome = login.User });
        });
        app.MapPost("/form", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            await context.SignInAsync(options.Principal(form["user"]!), new AuthenticationProperties { IsPersistent = true });
            return Results.Redirect("/home");
        });
        app.MapPost("/token", (Login login) => Results.SignIn(options.Principal(login.User), authenticationScheme: BearerTokenDefaults.AuthenticationScheme));
        app.MapPost("/logout", (HttpContext context) => context.SignOutAsync());
        app.MapGet("/me", Me).RequireAuthorization(policy => policy
            .AddAuthenticationSchemes(CookieAuthenticationDefaults.AuthenticationScheme, BearerTokenDefaults.AuthenticationScheme)
            .RequireAuthenticatedUser());
        app.MapGet("/plain", () => "nobody signs in here");
    }

    private static Dictionary<string, string[]> Me(ClaimsPrincipal user) =>
        user.Claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.Select(c => c.Value).ToArray());

    internal sealed record Login(string User);
}
