using System.Security.Claims;
using MfaMiddleware.Interposition;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A mistake of the host shows when it signs in, as the framework's own exception.</summary>
public sealed class FrameworkChecksTests
{
    public static TheoryData<string, string?, ClaimsPrincipal?> Mistakes => new()
    {
        { "no principal", "Cookies", null },
        { "no identity", "Cookies", new ClaimsPrincipal() },
        { "not authenticated", "Cookies", new ClaimsPrincipal(new ClaimsIdentity([new("sub", "alice")])) },
        { "unknown scheme", "Nowhere", TestHost.PrincipalOf("alice") },
        { "a scheme that can't sign in", "ApiKey", TestHost.PrincipalOf("alice") },
        { "no default scheme", null, TestHost.PrincipalOf("alice") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task MistakeOfTheHost_IsTheFrameworksException(string mistake, string? scheme, ClaimsPrincipal? principal)
    {
        (Exception? Ours, Exception? Theirs) thrown = default;
        await using var host = await Seam.StartAsync(
            async context =>
            {
                thrown.Ours = await Record.ExceptionAsync(() => context.SignInAsync(scheme, principal!));
                thrown.Theirs = await Record.ExceptionAsync(() => InnerAuthentication.Of(context).SignInAsync(context, scheme, principal!, null));
            },
            o => o.ServicesAfter = s =>
            {
                s.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>("ApiKey", null);
                if (mistake == "no default scheme") s.Configure<AuthenticationOptions>(a => a.DefaultScheme = null);
            });
        using var client = host.Client();

        await client.GoAsync();

        Assert.NotNull(thrown.Theirs);
        Assert.Equal(thrown.Theirs.GetType(), thrown.Ours?.GetType());
        // The framework goes on to list what is registered; what stands in front is the same.
        Assert.Equal(Start(thrown.Theirs), Start(thrown.Ours!));
    }

    private static string Start(Exception e) => e.Message[..Math.Min(40, e.Message.Length)];

    [Fact]
    public async Task ForwardedSignIn_IsChallengedOnceAndEndsInTheTarget()
    {
        await using var host = await Seam.StartAsync(
            context => Seam.SignInAsync(context, scheme: "Either"),
            o => o.ServicesAfter = s => s.AddAuthentication().AddPolicyScheme("Either", null, p => p.ForwardDefaultSelector = _ => "Cookies"));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.GoAsync();
        var done = await host.AnswerAsync(client, challenge, device);

        Seam.IsChallenge(challenge);
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
        Assert.Equal(1, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInChallenged));
    }

    [Fact]
    public async Task SchemeThatForwards_CanNotBeExemptToOpenItsTarget()
    {
        await using var host = await Seam.StartAsync(
            context => Seam.SignInAsync(context, scheme: "Either"),
            o =>
            {
                o.ServicesAfter = s => s.AddAuthentication().AddPolicyScheme("Either", null, p => p.ForwardSignIn = "Cookies");
                o.Mfa = mfa => mfa.Exempt("Either", "only a name");
            });
        using var client = host.Client();

        Seam.IsChallenge(await client.GoAsync());
    }

    private sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
