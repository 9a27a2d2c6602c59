using System.Security.Claims;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>
/// An app in this process, on a clock of its own and with stores and a sender that can be switched off: for the states that a sample
/// can't be brought to, or not without waiting.
/// </summary>
public sealed class StateHost : IAsyncLifetime
{
    private TestHost _host = null!;

    public Uri Address => _host.BaseAddress;

    /// <summary>The same app under another name, and so another site to a browser.</summary>
    public Uri OtherSite => _host.LoopbackAddress;

    public FakeClock Clock => _host.Clock;

    public Breaker Stores { get; } = new();

    public MessageMethod Messages { get; } = new();

    public async Task InitializeAsync()
    {
        // Browsers go by the real time: a cookie of the year 2030 would be good, one of the past gone.
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        _host = await TestHost.StartAsync(o =>
        {
            o.Clock = clock;
            o.Settings["Issuer"] = "Contoso";
            o.Mfa = mfa => mfa.AddUI().AddPolicy<MalloryPolicy>();
            o.ServicesAfter = AddParts;
            o.Endpoints = MapPages;
        });
    }

    public Task<TotpDevice> EnrollTotpAsync(string user) => _host.EnrollTotpAsync(user);

    /// <summary>An authenticator, a method that sends, and a recovery code that nobody knows.</summary>
    public async Task EnrollAllAsync(string user)
    {
        await EnrollMessageAsync(user);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await EnrollTotpAsync(user);
        await _host.Services.GetRequiredService<IMfaFactorStore>().TryReplaceCodesAsync(new MfaSubject("", user), ["unknown"], Clock.GetUtcNow(), default);
    }

    public Task EnrollMessageAsync(string user) => MessageMethod.EnrollAsync(_host, user);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private void AddParts(IServiceCollection services)
    {
        services.AddSingleton<IMfaMethod>(Messages);
        Guard<IMfaFactorStore>(services);
        Guard<IPendingSessionStore>(services);
    }

    private void Guard<T>(IServiceCollection services)
        where T : class
    {
        var inner = services.Last(d => d.ServiceType == typeof(T));
        services.AddSingleton(s => Stores.Guard((T)(inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(s) ?? ActivatorUtilities.CreateInstance(s, inner.ImplementationType!))));
    }

    private static void MapPages(WebApplication app)
    {
        app.MapGet("/Account/Login", () => Page("<h1>Sign in</h1><form method=post action=/form><input name=user aria-label=User><button>Sign in</button></form>"));
        app.MapGet("/home", (ClaimsPrincipal user) => Page($"<h1>Hello, {user.FindFirst("name")?.Value}</h1>"));
        app.MapGet("/foreign", (string target, string id) => Page($"<h1>Another site</h1><form method=post action={target}mfa/verify><input type=hidden name=id value={id}><button>Win</button></form>"));
    }

    private static IResult Page(string body) => Results.Content($"<!DOCTYPE html><html lang=en><title>App</title>{body}", "text/html");

    /// <summary>Lets everyone in but one.</summary>
    private sealed class MalloryPolicy : IMfaPolicy
    {
        public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) =>
            new(context.Principal.HasClaim("name", "mallory") ? MfaDecision.Denied("mallory") : null);
    }
}
