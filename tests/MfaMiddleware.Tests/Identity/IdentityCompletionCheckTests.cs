using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Identity;

/// <summary>Minutes pass between password and code; Identity has the last word.</summary>
public sealed class IdentityCompletionCheckTests
{
    [Fact]
    public async Task UnchangedUser_IsSignedIn()
    {
        var (done, _) = await SignInAfterAsync((_, _) => Task.CompletedTask);

        Assert.Equal(200, done.Status);
        Assert.Contains(done.SetCookies, c => c.StartsWith(".AspNetCore.Identity.Application=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PasswordChangedMeanwhile_IsRefused() =>
        AssertRefused("security_stamp_changed", await SignInAfterAsync(async (users, user) => await users.ChangePasswordAsync(user, "Alice-pass-1", "Alice-pass-2")));

    [Fact]
    public async Task LockedOutMeanwhile_IsRefused() =>
        AssertRefused("locked_out", await SignInAfterAsync(async (users, user) => await users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue)));

    [Fact]
    public async Task NoLongerAllowedToSignIn_IsRefused() =>
        AssertRefused("not_allowed", await SignInAfterAsync(async (users, user) =>
        {
            user.EmailConfirmed = false;
            await users.UpdateAsync(user);
        }));

    [Fact]
    public async Task RemovedMeanwhile_IsRefused() => AssertRefused("security_stamp_changed", await SignInAfterAsync(async (users, user) => await users.DeleteAsync(user)));

    [Fact]
    public async Task SchemeThatIsNotIdentitys_IsNotItsBusiness()
    {
        await using var database = await OpenAsync();
        await using var host = await StartAsync(database);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("a-user-of-another-store");

        var challenge = await client.LoginAsync("a-user-of-another-store");
        var done = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal(200, done.Status);
    }

    private static void AssertRefused(string why, (Reply Done, MfaEvent? Denied) outcome)
    {
        var done = outcome.Done;
        Assert.Equal(["refused_at_completion", why], outcome.Denied!.Reasons);
        Assert.Equal((403, "access_denied"), (done.Status, done.Error));
        Assert.Empty(done.SetCookies);
    }

    private static async Task<(Reply Done, MfaEvent? Denied)> SignInAfterAsync(Func<UserManager<IdentityUser>, IdentityUser, Task> change)
    {
        await using var database = await OpenAsync();
        await using var host = await StartAsync(database);
        using var client = host.Client();
        var id = await AddAliceAsync(host);
        var device = await host.EnrollTotpAsync(id);
        var challenge = await client.PostAsync("/identity", new { });
        Assert.Equal("1", challenge["type"]);

        await using (var scope = host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
            await change(users, (await users.FindByIdAsync(id))!);
        }

        return (await client.AnswerAsync(challenge.Token, device.Code()), host.Events.All.SingleOrDefault(e => e.Name == MfaEventNames.SignInDenied));
    }

    private static async Task<string> AddAliceAsync(TestHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IdentityDbContext>().Database.EnsureCreatedAsync();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        var alice = new IdentityUser("alice") { EmailConfirmed = true };
        Assert.True((await users.CreateAsync(alice, "Alice-pass-1")).Succeeded);
        return alice.Id;
    }

    private static async Task<SqliteConnection> OpenAsync()
    {
        var database = new SqliteConnection("Data Source=:memory:");
        await database.OpenAsync();
        return database;
    }

    private static Task<TestHost> StartAsync(SqliteConnection database) => TestHost.StartAsync(options =>
    {
        options.ServicesAfter = services =>
        {
            services.AddAuthentication().AddIdentityCookies();
            services.AddDbContext<IdentityDbContext>(db => db.UseSqlite(database));
            services.AddIdentityCore<IdentityUser>(identity => identity.SignIn.RequireConfirmedEmail = true)
                .AddSignInManager().AddEntityFrameworkStores<IdentityDbContext>();
        };
        options.Endpoints = app => app.MapPost("/identity", async (SignInManager<IdentityUser> manager) =>
            (await manager.PasswordSignInAsync("alice", "Alice-pass-1", false, true)).Succeeded);
    });
}
