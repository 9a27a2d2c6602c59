using System.Collections.Concurrent;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Endpoints.Admin;

/// <summary>A host with the admin API for the role Admin, and an administrator who is signed in.</summary>
internal static class AdminHost
{
    public static void Use(TestHostOptions options)
    {
        options.ServicesAfter = services => services.AddAuthorizationBuilder().AddPolicy("MfaAdmin", policy => policy.RequireRole("Admin"));
        options.Mfa = mfa =>
        {
            mfa.Services.AddSingleton<Notices>();
            mfa.Services.AddSingleton<IMfaNotifier>(sp => sp.GetRequiredService<Notices>());
        };
        options.Endpoints = app => app.MapMfaAdmin("MfaAdmin");
    }

    public static async Task<(string Name, string Value)> SignInAsync(MfaClient client, TestHost host) =>
        ("Cookie", (await client.EnrollAsync(host, "admin")).SignedIn.CookieHeader);

    public static async Task<string> AccessCodeAsync(MfaClient client, (string, string) admin, string user = "alice") =>
        (await client.PostAsync($"/mfa/admin/users/{user}/access-code", new { }, admin))["access_code"]!;

    public static Task<Reply> ResetAsync(MfaClient client, (string, string) admin, string user = "alice") =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/admin/users/{user}/factors"), admin);

    /// <summary>What users were told.</summary>
    internal sealed class Notices : IMfaNotifier
    {
        public ConcurrentQueue<MfaNotice> All { get; } = new();

        public ValueTask NotifyAsync(MfaNotice notice, CancellationToken cancellationToken)
        {
            All.Enqueue(notice);
            return ValueTask.CompletedTask;
        }
    }
}
