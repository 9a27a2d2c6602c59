using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class StealingStoresTests
{
    [Fact]
    public async Task B060_WhatIsNoOwnRecoveryCode_IsRefused()
    {
        await using var database = new SharedDatabase();
        await using var host = await database.StartNodeAsync();
        using var client = host.Client();
        await client.EnrollAsync(host, "alice");
        var bob = await client.EnrollAsync(host, "bob");
        var hashes = await database.CodeHashesAsync();
        Assert.Equal(20, hashes.Count);

        string[] tries = ["ABCDEF-GHJKMN-PQRSTV-WXYZ01", "", bob.RecoveryCodes[0], hashes[0], hashes[0][..24], hashes[^1]];
        var replies = new List<Reply>();
        foreach (var code in tries)
        {
            replies.Add(await client.AnswerAsync((await client.LoginAsync("alice")).Token, code, "recovery_code"));
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.All(replies, reply => Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error)));
        await Oracles.NobodyIsSignedInAsync(client, [.. replies]);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, bob.RecoveryCodes[0])).Status);
    }

    [Fact]
    public async Task B061_StolenDatabase_HoldsOnlyKeyedHashesOfStrongCodes()
    {
        await using var database = new SharedDatabase();
        await using var host = await database.StartNodeAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");

        var dump = await database.DumpAsync();

        // 24 symbols of 32: 120 bits.
        Assert.All(alice.RecoveryCodes, code => Assert.Equal(24, code.Replace("-", "", StringComparison.Ordinal).Length));
        Assert.Contains((await database.CodeHashesAsync())[0], dump, StringComparison.Ordinal);
        foreach (var code in alice.RecoveryCodes)
        {
            Oracles.NoLeak([dump], code);
            foreach (var text in new[] { code, code.Replace("-", "", StringComparison.Ordinal) })
            {
                var plainHash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(text));
                Oracles.NoLeak([dump], Convert.ToHexString(plainHash), Convert.ToBase64String(plainHash).TrimEnd('='), Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(plainHash));
            }
        }
    }

    [Fact]
    public async Task B062_StolenDatabase_HoldsNoSeed()
    {
        await using var database = new SharedDatabase();
        await using var host = await database.StartNodeAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");

        var dump = await database.DumpAsync();

        Assert.Contains(alice.Device.FactorId, dump, StringComparison.Ordinal);
        Oracles.NoLeak([dump], alice.Device.Secret);
        Assert.DoesNotContain(System.Text.Encoding.Latin1.GetString(Base32.Decode(alice.Device.Secret)), dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B062_StolenDatabase_HoldsNoPhoneNumber()
    {
        await using var database = new SharedDatabase();
        await using var host = await database.StartNodeAsync(o =>
        {
            var stores = o.Mfa!;
            SmsRecorder.Use(o);
            o.Mfa = stores + (mfa => mfa.AddSmsSender<SmsRecorder>());
            o.InMemoryFactorStore = false;
        });
        using var client = host.Client();
        var token = (await client.LoginAsync("alice")).Token;
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "sms", phone = "+49 151 23456742" });
        var id = (string)begun.Json["enrollment"]!["id"]!;
        var done = await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = id, code = SmsRecorder.Of(host).LastCode });
        var factor = (await client.GetAsync("/mfa/factors", ("Cookie", done.CookieHeader))).Json["factors"]![0]!;

        var dump = await database.DumpAsync();

        Assert.Contains((string)factor["id"]!, dump, StringComparison.Ordinal);
        Oracles.NoLeak([dump], "4915123456742", "15123456742", "•••• 42");
    }

    [Fact]
    public async Task B064_StolenPendingSessions_HoldNoPasswordTokenPrincipalOrSeed()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = RecordingPendingStore.Use;
            o.Principal = user =>
            {
                var principal = TestHost.PrincipalOf(user);
                principal.Identities.First().AddClaim(new("password_hash", "AQAAAAIAAYagAAAAEP-hash-of-the-password"));
                return principal;
            };
            o.Endpoints = app => app.MapPost("/with-cookie", async (HttpContext context) =>
            {
                await context.SignInAsync(o.Principal("carol"));
                context.Response.Cookies.Append("api-key", "the-hosts-own-secret-token");
                return Results.Ok(new { secret = "the-hosts-own-secret-body" });
            });
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        await host.EnrollTotpAsync("carol");
        var pending = await client.LoginAsync("alice");
        await client.AnswerAsync(pending.Token, alice.Device.WrongCode());
        await client.PostAsync("/with-cookie", new { password = "hunter2-hunter2" });

        var store = (RecordingPendingStore)host.Services.GetRequiredService<IPendingSessionStore>();
        Assert.Equal(3, store.Created.Count);
        Assert.NotEmpty(store.States);
        Oracles.NoLeak(store.Dump(), [
            "hunter2-hunter2", "hash-of-the-password", "alice@example.com", "carol@example.com", "hosts-own-secret-token", "hosts-own-secret-body",
            pending.Token!, pending.Token![22..], alice.Device.Secret, .. alice.RecoveryCodes]);
    }
}
