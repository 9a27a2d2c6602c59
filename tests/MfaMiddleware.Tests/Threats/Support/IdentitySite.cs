using System.Security.Claims;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>The test host with ASP.NET Core Identity beside its own sign-ins: <c>MapIdentityApi</c> under <c>/identity</c>.</summary>
internal sealed class IdentitySite : IAsyncDisposable
{
    public const string Password = "Right-pass-1";

    private readonly SqliteConnection _connection = new("DataSource=:memory:");

    public async Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null)
    {
        await _connection.OpenAsync();
        var host = await TestHost.StartAsync(options =>
        {
            options.ServicesBefore = services =>
            {
                services.AddDbContext<Users>(db => db.UseSqlite(_connection));
                services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<Users>();
                services.Configure<AuthenticationOptions>(o => o.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme);
            };
            options.Endpoints = Map;
            options.Pipeline = app => app.Use(CatchAsync);
            configure?.Invoke(options);
        });
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Users>().Database.EnsureCreatedAsync();
        return host;
    }

    /// <summary>Adds a user.</summary>
    /// <returns>The subject.</returns>
    public async Task<string> AddUserAsync(TestHost host, string email, int claims = 0)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        var user = new IdentityUser(email) { Email = email };
        var made = await users.CreateAsync(user, Password);
        if (!made.Succeeded) throw new InvalidOperationException(string.Join(' ', made.Errors.Select(e => e.Description)));
        await users.AddClaimsAsync(user, Enumerable.Range(0, claims).Select(i => new Claim("claim" + i, new string('x', 40))));
        return user.Id;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static void Map(WebApplication app)
    {
        app.MapGroup("/identity").MapIdentityApi<IdentityUser>();
        app.MapPost("/identity-form/{end}", async (string end, Form form, SignInManager<IdentityUser> signIns) =>
        {
            var user = await signIns.UserManager.FindByEmailAsync(form.Email);
            await signIns.SignInAsync(user!, isPersistent: true);
            signIns.Context.Response.Cookies.Append("remember-me", "what the host remembers users by");
            return end.StartsWith("throw", StringComparison.Ordinal) ? throw new InvalidOperationException("The host failed after its sign-in.") : Results.Redirect("/home");
        });
        IdentityDoors.Map(app);
        app.MapGet("/identity/me", (ClaimsPrincipal user) => user.Claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.Select(c => c.Value).ToArray()))
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(IdentityConstants.ApplicationScheme, IdentityConstants.BearerScheme).RequireAuthenticatedUser());
    }

    /// <summary>An error page of the host's own, which leaves the headers as they are.</summary>
    private static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (InvalidOperationException) when (context.Request.Path.Value!.EndsWith("catch", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync("We are sorry.");
        }
    }

    internal sealed class Users(DbContextOptions<Users> options) : IdentityDbContext<IdentityUser>(options);

    private sealed record Form(string Email);
}
