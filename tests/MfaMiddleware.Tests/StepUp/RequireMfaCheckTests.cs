using MfaMiddleware.StepUp;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Enrollment;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>Names of methods that endpoints ask for are checked before the first request.</summary>
public sealed class RequireMfaCheckTests
{
    [Fact]
    public async Task UnknownMethods_FailTheStartWithEndpointAndNames()
    {
        var e = await FailAsync(app =>
        {
            app.MapGet("/transfer", () => "money").RequireMfa(methods: ["totp", "telepathy"]);
            app.MapPost("/orders", [RequireMfa(Methods = ["TOTP"])] () => "orders");
        });

        Assert.Contains("'telepathy' at HTTP: GET /transfer", e.Message, StringComparison.Ordinal);
        Assert.Contains("'TOTP' at HTTP: POST /orders", e.Message, StringComparison.Ordinal);
        Assert.Contains("Registered methods: access_code, fido, hotp, recovery_code, sms, totp.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'totp'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownMethodOfAGroup_FailsTheStart()
    {
        var e = await FailAsync(app => app.MapGroup("/admin").RequireMfa(methods: "").MapGet("/users", () => "users"));
        Assert.Contains("'' at HTTP: GET /admin/users", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KnownMethods_Start()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddMethod<KeyMethod>();
            o.Endpoints = app => app.MapGet("/transfer", () => "money").RequireMfa(methods: ["totp", "recovery_code", "key"]).RequireMfa();
        });
        using var client = host.Client();
        Assert.Equal(401, (await client.GetAsync("/transfer", ("X-Requested-With", "XMLHttpRequest"))).Status);
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 0)]
    public async Task AdministrationWithoutAProof_IsWarnedOf(bool onEndpoints, bool inPolicy, int warnings)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = services => services.AddAuthorizationBuilder().AddPolicy("Admins", policy =>
            {
                policy.RequireAuthenticatedUser();
                if (inPolicy) policy.RequireMfa();
            });
            o.Endpoints = app =>
            {
                var administration = app.MapMfaAdmin("Admins");
                if (onEndpoints) administration.RequireMfa(TimeSpan.FromMinutes(15));
            };
        });

        Assert.Equal(warnings, host.Logs.Lines.Count(l => l.Contains("[1002]", StringComparison.Ordinal)));
    }

    /// <summary>SignalR would let anybody call it who is signed in.</summary>
    [Fact]
    public async Task MethodOfAHub_FailsTheStart()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            o.ServicesAfter = services => services.AddSignalR();
            o.Endpoints = app => app.MapHub<TransferHub>("/transfers");
        }));

        Assert.Contains("TransferHub.Transfer", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TransferHub.Balance", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_AsksForTheConnection()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Sessions.NeverAtSignIn(o);
            o.ServicesAfter = services => services.AddSignalR();
            o.Endpoints = app => app.MapHub<VaultHub>("/vault");
        });
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var session = await client.PasswordAloneAsync("alice");

        var refused = await client.PostAsync("/vault/negotiate?negotiateVersion=1", new { }, ("Cookie", session));
        var proved = await client.StepUpAsync(session, alice.Code());

        Assert.Equal((401, "insufficient_user_authentication"), (refused.Status, refused.Error));
        Assert.Equal(200, (await client.PostAsync("/vault/negotiate?negotiateVersion=1", new { }, ("Cookie", proved))).Status);
    }

    private sealed class TransferHub : Hub
    {
        public static string Balance() => "money";

        [RequireMfa]
        public static string Transfer() => "money";
    }

    [RequireMfa]
    private sealed class VaultHub : Hub;

    private static Task<InvalidOperationException> FailAsync(Action<WebApplication> endpoints) =>
        Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o => o.Endpoints = endpoints));
}
