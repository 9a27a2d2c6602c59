using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>OAuth's password grant, where the host still has it: the client just leaves the code out.</summary>
public sealed class PasswordGrantTests
{
    private const string Warning = "OAuth 2.1 has dropped that grant";

    private static readonly Dictionary<string, Action<WebApplication>> Endpoints = new()
    {
        ["parameter"] = app => app.MapPost("/connect/token", ([FromForm(Name = "grant_type")] string grant, [FromForm] string username) => SignIn(username)).DisableAntiforgery(),
        ["class"] = app => app.MapPost("/connect/token", ([FromForm] TokenRequest request) => SignIn(request.Username)).DisableAntiforgery(),
        ["controller"] = app => app.MapControllers(),
        ["by hand"] = app => app.MapPost("/connect/token", async Task<IResult> (HttpRequest request) => SignIn((await request.ReadFormAsync())["username"]!)),
    };

    public static TheoryData<string, string> Requests()
    {
        string[] codes = ["", "&code=", "&two_factor_code="];
        var data = new TheoryData<string, string>();
        foreach (var kind in Endpoints.Keys)
            foreach (var code in codes) data.Add(kind, $"grant_type=password&username=alice{code}");
        return data;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task B042_PasswordGrantOfAUserWithAFactor_GivesTheOAuthErrorNoTokenAndAWarning(string kind, string form)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = services => services.AddControllers().AddApplicationPart(typeof(TokenController).Assembly);
            o.Endpoints = Endpoints[kind];
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        // What binds the parameter is seen at start; who reads the form by hand is seen with the first such request.
        Assert.Equal(kind != "by hand", IsWarned(host));

        var reply = await client.PostTextAsync("/connect/token", form, "application/x-www-form-urlencoded");

        Assert.Equal((403, "mfa_required"), (reply.Status, reply.Error));
        Assert.NotEmpty(reply["error_description"]!);
        await Oracles.NobodyIsSignedInAsync(client, reply);
        Assert.True(IsWarned(host));
        Assert.NotNull((await client.AnswerAsync(reply.Token, device.Code()))["accessToken"]);
    }

    [Fact]
    public async Task HostWithoutTheGrant_GetsNoWarning()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await client.PostAsync("/token", new { user = "alice" });
        Assert.False(IsWarned(host));
    }

    private static bool IsWarned(TestHost host) => host.Logs.Lines.Any(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(Warning, StringComparison.Ordinal));

    private static IResult SignIn(string user) => Results.SignIn(TestHost.PrincipalOf(user), authenticationScheme: BearerTokenDefaults.AuthenticationScheme);

    private sealed class TokenRequest
    {
        [FromForm(Name = "grant_type")]
        public string? Grant { get; set; }

        public string Username { get; set; } = "";
    }
}

/// <summary>A token endpoint as an MVC action.</summary>
[ApiController]
public sealed class TokenController : ControllerBase
{
    [HttpPost("/connect/token")]
    [Consumes("application/x-www-form-urlencoded")]
    public Microsoft.AspNetCore.Mvc.SignInResult Token([FromForm(Name = "grant_type")] string grantType, [FromForm] string username) =>
        grantType == "password" ? SignIn(TestHost.PrincipalOf(username), BearerTokenDefaults.AuthenticationScheme) : throw new InvalidOperationException();
}
