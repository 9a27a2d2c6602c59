using System.Security.Claims;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

public sealed class RegistrationTests
{
    [Fact]
    public async Task AddMfaBeforeAddAuthentication_Gates() =>
        await IsGatedAsync(o => o.ServicesBefore = s =>
        {
            // Undoes what the host registered, so that AddMfa is first.
            s.RemoveAll<IAuthenticationService>();
            s.AddMfa();
            s.AddAuthentication();
        });

    [Fact]
    public async Task AddMfaTwice_IsOneGate()
    {
        await using var host = await IsGatedAsync(o =>
        {
            o.ServicesAfter = s => s.AddMfa(m => m.Issuer = "Second").AddInMemoryFactorStore();
            o.Settings["SubjectClaims:0"] = "sub";
        });

        var options = host.Services.GetRequiredService<MfaSettings>().Current;
        Assert.Equal("Second", options.Issuer);
        Assert.Single(options.SubjectClaims);
        Assert.Equal(1, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInChallenged));
    }

    [Fact]
    public async Task DecoratorOfTheHost_ThatWrapsTheGate_IsKept()
    {
        await using var host = await IsGatedAsync(o => o.ServicesAfter = Decorate);
        Assert.True(Decorator.Count > 0);
    }

    [Fact]
    public async Task DecoratorOfTheHost_ThatTheGateWraps_IsKept()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesBefore = Decorate);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.LoginAsync("alice");
        var before = Decorator.Count;
        var done = await host.AnswerAsync(client, challenge, device);

        Assert.NotNull(await client.MeAsync(done.CookieHeader));
        Assert.True(Decorator.Count > before);
    }

    [Fact]
    public async Task ServiceThatTookTheGatesPlace_FailsTheStartByName()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
            o.ServicesAfter = s => s.AddScoped<IAuthenticationService, Usurper>()));
        Assert.Contains(typeof(Usurper).FullName!, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapMfaMissing_FailsTheStartWithTheLine()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o => o.MapMfa = false));
        Assert.Contains("app.MapMfa();", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FactorStoreMissing_FailsTheStartWithTheLine()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o => o.InMemoryFactorStore = false));
        Assert.Contains("AddEntityFrameworkStores", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InMemoryFactorStoreOutsideDevelopment_FailsTheStart()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o => o.Environment = "Production"));
        Assert.Contains("in-memory", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false, "not persisted")]
    [InlineData(true, false, false, "no application name")]
    [InlineData(true, true, false, null)]
    [InlineData(false, false, true, null)]
    public async Task DurableStoreOutsideDevelopment_NeedsKeysThatLast(bool persisted, bool named, bool accepted, string? problem)
    {
        var folder = Directory.CreateTempSubdirectory("mfa-keys-");
        try
        {
            var start = () => TestHost.StartAsync(o =>
            {
                o.Environment = "Production";
                o.InMemoryFactorStore = false;
                o.Mfa = DurableInName.Add;
                if (accepted) o.Settings["AcceptEphemeralKeys"] = "true";
                o.ServicesAfter = s =>
                {
                    var keys = s.AddDataProtection();
                    if (persisted) keys.PersistKeysToFileSystem(folder);
                    if (named) keys.SetApplicationName("Shop");
                };
            });
            if (problem is null) await using (await start()) return;
            var e = await Assert.ThrowsAsync<InvalidOperationException>(start);
            Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task GateThatIsOff_NeedsASecondWordOutsideDevelopment()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            o.Environment = "Production";
            o.Settings["Enabled"] = "false";
        }));
        Assert.Contains("IUnderstandThatMfaIsOff", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GateThatIsOff_IsLoudAtStartAndAtEachSignIn()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Enabled"] = "false");
        using var client = host.Client();

        var login = await client.LoginAsync("alice");

        Assert.NotNull(await client.MeAsync(login.CookieHeader));
        Assert.Equal(2, host.Logs.Lines.Count(l => l.StartsWith("Critical", StringComparison.Ordinal)));
        Assert.Equal(1, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInBypassed, "alice"));
    }

    [Fact]
    public async Task SignInOutsideThePipeline_Throws()
    {
        await using var host = await TestHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Seam.SignInAsync(context));
        Assert.Contains("did not pass the middleware", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.Response.Headers.SetCookie.Count);
    }

    [Fact]
    public async Task SignInInAMiddlewareAroundTheGate_Throws()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesBefore = s => s.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(
            new OuterMiddleware((context, _) => Seam.SignInAsync(context))));
        using var client = host.Client();

        var reply = await client.GetAsync("/plain");

        Assert.Equal(500, reply.Status);
        Assert.Empty(reply.SetCookies);
    }

    [Fact]
    public async Task Start_SaysOfEachSchemeWhetherItIsGated()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = s => s.AddAuthentication().AddCookie("Kiosk");
            o.Mfa = mfa => mfa.Exempt("Kiosk", "a screen in the hall");
        });

        Assert.Contains(host.Logs.Lines, l => l.Contains("Scheme Cookies is gated", StringComparison.Ordinal));
        Assert.Contains(host.Logs.Lines, l => l.Contains("Scheme BearerToken is gated", StringComparison.Ordinal));
        Assert.Contains(host.Logs.Lines, l => l.Contains("Scheme Kiosk is exempt from MFA: a screen in the hall", StringComparison.Ordinal));
    }

    /// <summary>A mistyped scheme would leave a rule without effect, and nobody would see it.</summary>
    [Fact]
    public async Task SettingForASchemeThatIsNotThere_IsWarnedOf()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Rules:0:Scheme"] = "Cookies";
            o.Settings["Policy:Rules:0:Mode"] = "Always";
            o.Settings["Policy:Rules:1:Scheme"] = "cookies";
            o.Settings["Policy:Rules:1:Mode"] = "Always";
            o.Settings["ExemptSchemes:Kiosc"] = "a screen in the hall";
            o.Settings["PrimaryMethods:BearerToken"] = "pwd";
            o.Settings["SignInNowSchemes:0"] = "Partner";
        });

        Assert.Equal(
            ["Mfa:Policy:Rules:1:Scheme names the scheme cookies", "Mfa:ExemptSchemes names the scheme Kiosc", "Mfa:SignInNowSchemes names the scheme Partner"],
            host.Logs.Lines.Where(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("[143]", StringComparison.Ordinal))
                .Select(l => l[l.IndexOf("Mfa:", StringComparison.Ordinal)..].Split(',')[0]));
    }

    [Theory]
    [InlineData("Temp", false, true)]
    [InlineData("Temp", true, false)]
    [InlineData("Cookies", false, false)]
    public async Task RemoteHandlerThatSignsInToNoDefaultScheme_IsWarnedOf(string target, bool exempt, bool warned)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = s => s.AddAuthentication().AddCookie("Temp").AddOAuth("Partner", oauth =>
            {
                (oauth.ClientId, oauth.ClientSecret, oauth.CallbackPath) = ("id", "secret", "/callback");
                (oauth.AuthorizationEndpoint, oauth.TokenEndpoint, oauth.SignInScheme) = ("https://partner.example/a", "https://partner.example/t", target);
            });
            if (exempt) o.Mfa = mfa => mfa.Exempt("Temp", "between the partner and us");
        });

        var line = host.Logs.Lines.FirstOrDefault(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("Partner", StringComparison.Ordinal));
        Assert.Equal(warned, line is not null);
        if (warned) Assert.Contains("Exempt(\"Temp\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExemptScheme_SignsInAtOnceAndWithoutAStamp()
    {
        await using var host = await Seam.StartAsync(
            context => Seam.SignInAsync(context, scheme: "Kiosk"),
            o =>
            {
                o.ServicesAfter = s => s.AddAuthentication().AddCookie("Kiosk");
                o.Mfa = mfa => mfa.Exempt("Kiosk", "a screen in the hall");
            });
        using var client = host.Client();

        Assert.StartsWith(".AspNetCore.Kiosk=", Assert.Single((await client.GoAsync()).SetCookies), StringComparison.Ordinal);
    }

    private static async Task<TestHost> IsGatedAsync(Action<TestHostOptions> configure)
    {
        var host = await TestHost.StartAsync(configure);
        using var client = host.Client();
        Seam.IsChallenge(await client.LoginAsync("alice"));
        return host;
    }

    private static void Decorate(IServiceCollection services)
    {
        var inner = services.Last(d => d.ServiceType == typeof(IAuthenticationService) && !d.IsKeyedService);
        services.Remove(inner);
        services.AddScoped<IAuthenticationService>(sp => new Decorator((IAuthenticationService)ActivatorUtilities.CreateInstance(sp, inner.ImplementationType!)));
    }

    private sealed class Decorator(IAuthenticationService inner) : IAuthenticationService
    {
        private static int _count;

        public static int Count => _count;

        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) => inner.AuthenticateAsync(context, scheme);

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ChallengeAsync(context, scheme, properties);

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ForbidAsync(context, scheme, properties);

        public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties)
        {
            Interlocked.Increment(ref _count);
            return inner.SignInAsync(context, scheme, principal, properties);
        }

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.SignOutAsync(context, scheme, properties);
    }

    private sealed class Usurper : IAuthenticationService
    {
        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) => Task.FromResult(AuthenticateResult.NoResult());

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;
    }
}
