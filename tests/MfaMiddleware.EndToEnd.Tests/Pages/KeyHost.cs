using System.Security.Claims;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>An app in this process whose users may have security keys, and ask not to be challenged in a browser. Its origin is known once it listens, and set then: settings are live.</summary>
public sealed class KeyHost : IAsyncLifetime
{
    private TestHost _host = null!;

    public Uri Address => _host.BaseAddress;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            // Browsers go by the real time: a cookie of the past is gone.
            o.Clock = new FakeClock(TimeProvider.System.GetUtcNow());
            o.Settings["Issuer"] = "Contoso";
            o.Settings["OtherSessions"] = "Keep";
            (o.Settings["TrustedDevices:Enabled"], o.Settings["Policy:AllowTrustedDevice"]) = ("true", "true");
            o.Mfa = mfa => mfa.AddUI();
            o.Endpoints = MapPages;
        });
        Set(("RelyingPartyId", "localhost"), ("Origins:0", Address.GetLeftPart(UriPartial.Authority)));
    }

    /// <summary>Settings of the keys, for the ceremonies from now on.</summary>
    public void Set(params (string Name, string Value)[] settings)
    {
        var configuration = (IConfigurationRoot)_host.Services.GetRequiredService<IConfiguration>();
        foreach (var (name, value) in settings) configuration["Mfa:Methods:Fido:" + name] = value;
        configuration.Reload();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private static void MapPages(WebApplication app)
    {
        app.MapGet("/Account/Login", () => Page("<h1>Sign in</h1><form method=post action=/form><input name=user aria-label=User><button>Sign in</button></form>"));
        app.MapGet("/home", (ClaimsPrincipal user) =>
            Page($"<h1>Hello, {user.FindFirst("name")?.Value}</h1><p id=amr>{string.Join(' ', user.FindAll("amr").Select(c => c.Value))}</p>"));
    }

    private static IResult Page(string body) => Results.Content($"<!DOCTYPE html><html lang=en><title>App</title>{body}", "text/html");
}
