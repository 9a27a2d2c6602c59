using System.Text.Json.Nodes;
using MfaMiddleware.Interposition;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

/// <summary>ASP.NET Core Identity's own API, unchanged, on a database.</summary>
public sealed class IdentityApiJourneyTests : IAsyncLifetime
{
    private const string Email = "alice@example.com";
    private const string Password = "Alice-pass-1";

    /// <summary>A database in memory lives as long as one connection to it.</summary>
    private readonly SqliteConnection _database = new($"Data Source=identity-{Interlocked.Increment(ref _databases)};Mode=Memory;Cache=Shared");
    private static int _databases;
    private TestHost _host = null!;
    private string _userId = "";

    [Fact]
    public async Task Cookie()
    {
        var done = await Steps("/id/login?useSessionCookies=true", HostKindsTests.Cookie).WalkAsync();
        Assert.StartsWith(".AspNetCore.Identity.Application=", Assert.Single(done.SessionCookies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer() => await Steps("/id/login", HostKindsTests.Bearer).WalkAsync();

    [Fact]
    public async Task Refresh_KeepsTheProofAndItsTime()
    {
        using var client = _host.Client();
        var tokens = await SignInAsync(client);
        var before = await MeAsync(client, tokens);

        _host.Clock.Advance(TimeSpan.FromHours(13));
        var first = await RefreshAsync(client, tokens);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        var second = await RefreshAsync(client, first);

        var after = await MeAsync(client, second);
        Assert.Equal(before["amr"]!.ToJsonString(), after["amr"]!.ToJsonString());
        Assert.Contains("mfa", after["amr"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(before["auth_time"]!.ToJsonString(), after["auth_time"]!.ToJsonString());
        Assert.False(after.ContainsKey(StampCodec.ClaimType));
    }

    [Fact]
    public async Task Refresh_WithATokenFromBeforeAdoption_IsChallenged()
    {
        using var client = _host.Client();
        var old = await client.PostAsync("/before-adoption", new { });
        await _host.EnrollTotpAsync(_userId);

        var reply = await RefreshAsync(client, old);

        Assert.NotNull(old["refreshToken"]);
        Assert.Equal((200, "1"), (reply.Status, reply["type"]));
        Assert.DoesNotContain("accessToken", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_WithATokenOfASingleFactor_StaysAtItsLevel()
    {
        using var client = _host.Client();
        var tokens = await client.PostAsync("/single-factor", new { });

        var refreshed = await RefreshAsync(client, tokens);

        var me = await MeAsync(client, refreshed);
        Assert.Equal("""["urn:mfa:1"]""", me["acr"]!.ToJsonString());
        Assert.DoesNotContain("mfa", me["amr"]?.ToJsonString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_WithARightPasswordInTheSameRequest_IsNoWayForAnotherUser()
    {
        using var client = _host.Client();
        var tokens = await SignInAsync(client);

        // The endpoint opens alice's refresh ticket and signs bob in.
        var reply = await client.PostAsync("/mixed", new { refreshToken = tokens["refreshToken"] });

        Assert.Equal("1", reply["type"]);
        Assert.DoesNotContain("accessToken", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPassword_IsIdentitysOwnAnswer()
    {
        using var client = _host.Client();
        Assert.Equal(401, (await client.PostAsync("/id/login", new { email = Email, password = "wrong" })).Status);
    }

    public async Task InitializeAsync()
    {
        await _database.OpenAsync();
        _host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services =>
            {
                services.AddDbContext<UserDb>(db => db.UseSqlite(_database.ConnectionString));
                services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<UserDb>();
            };
            o.Endpoints = MapHost;
        });
        await AddUserAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static void MapHost(WebApplication app)
    {
        app.MapGroup("/id").MapIdentityApi<IdentityUser>();
        app.MapGet("/id/me", (System.Security.Claims.ClaimsPrincipal user) => user.Claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.Select(c => c.Value)))
            .RequireAuthorization(p => p.AddAuthenticationSchemes("Identity.BearerAndApplication").RequireAuthenticatedUser());
        app.MapPost("/before-adoption", async (HttpContext context, SignInManager<IdentityUser> signIn, UserManager<IdentityUser> users) =>
            await InnerAuthentication.Of(context).SignInAsync(context, IdentityConstants.BearerScheme, await PrincipalAsync(signIn, users), null));
        app.MapPost("/single-factor", async (HttpContext context, SignInManager<IdentityUser> signIn, UserManager<IdentityUser> users) =>
            await context.SignInAsync(IdentityConstants.BearerScheme, await PrincipalAsync(signIn, users), new AuthenticationProperties().BypassMfa("a device")));
        app.MapPost("/mixed", async (HttpContext context, Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.AspNetCore.Authentication.BearerToken.BearerTokenOptions> options) =>
        {
            var body = await context.Request.ReadFromJsonAsync<JsonObject>();
            options.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect((string)body!["refreshToken"]!);
            await context.SignInAsync(IdentityConstants.BearerScheme, TestHost.PrincipalOf("bob"));
        });
        app.MapPost("/id/logout", (SignInManager<IdentityUser> signIn) => signIn.SignOutAsync());
    }

    private static async Task<System.Security.Claims.ClaimsPrincipal> PrincipalAsync(SignInManager<IdentityUser> signIn, UserManager<IdentityUser> users) =>
        await signIn.CreateUserPrincipalAsync((await users.FindByEmailAsync(Email))!);

    private async Task AddUserAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<UserDb>().Database.EnsureCreatedAsync();
        var user = new IdentityUser(Email) { Email = Email };
        Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>().CreateAsync(user, Password)).Succeeded);
        _userId = user.Id;
    }

    private SixSteps Steps(string path, Func<Reply, (string Name, string Value)> credentials) => new(
        _host,
        client => client.PostAsync(path, new { email = Email, password = Password }),
        credentials,
        path.Contains("Cookies", StringComparison.Ordinal) ? (client, session) => client.PostAsync("/id/logout", new { }, session) : null)
    {
        MePath = "/id/me",
        User = _userId,
    };

    private async Task<Reply> SignInAsync(MfaClient client)
    {
        var device = await _host.EnrollTotpAsync(_userId);
        var challenge = await client.PostAsync("/id/login", new { email = Email, password = Password });
        return await client.AnswerAsync(challenge.Token, device.Code());
    }

    private static Task<Reply> RefreshAsync(MfaClient client, Reply tokens) => client.PostAsync("/id/refresh", new { refreshToken = tokens["refreshToken"] });

    private static async Task<JsonObject> MeAsync(MfaClient client, Reply tokens) =>
        (await client.GetAsync("/id/me", HostKindsTests.Bearer(tokens))).Json;
}

public sealed class UserDb(DbContextOptions<UserDb> options) : IdentityDbContext<IdentityUser>(options);
