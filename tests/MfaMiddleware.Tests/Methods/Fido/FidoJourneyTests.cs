using System.Text.Json;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class FidoJourneyTests
{
    [Fact]
    public async Task Key_IsSetUpSignsInAndIsRemoved()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator { VerifiesUser = true, Counter = 5 };
        Assert.Equal("""["fido","totp"]""", (await client.LoginAsync("alice")).Json["enroll"]!.ToJsonString());

        var enrolled = await FidoHost.EnrollAsync(client, key, "alice");
        Assert.Equal("""["pwd","pop","user","mfa"]""", (await client.MeAsync(enrolled.CookieHeader))!["amr"]!.ToJsonString());

        var challenge = await client.LoginAsync("alice");
        Assert.Equal("true", challenge.Json["methods"]![0]!["phishing_resistant"]!.ToJsonString());
        var done = await FidoHost.SignInAsync(client, key, "alice");
        var me = await client.MeAsync(done.CookieHeader);
        Assert.Equal(("""["pwd","pop","user","mfa"]""", """["urn:mfa:3"]"""), (me!["amr"]!.ToJsonString(), me["acr"]!.ToJsonString()));

        var factor = (await client.GetAsync("/mfa/factors", ("Cookie", done.CookieHeader))).Json["factors"]![0]!;
        Assert.Equal("fido", (string)factor["method"]!);
        Assert.Equal(204, (await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{factor["id"]}"), ("Cookie", done.CookieHeader))).Status);
        Assert.NotNull((await client.LoginAsync("alice")).Json["enroll"]);
    }

    [Fact]
    public async Task KeyWithoutUserVerification_AndU2FKey_SignIn()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var plain = new SoftAuthenticator();
        using var u2f = new SoftAuthenticator { IsU2F = true, Counter = 1 };
        foreach (var (key, user) in new[] { (plain, "alice"), (u2f, "bob") })
        {
            await FidoHost.EnrollAsync(client, key, user);
            Assert.Equal("""["pwd","pop","mfa"]""", (await client.MeAsync((await FidoHost.SignInAsync(client, key, user)).CookieHeader))!["amr"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task SecondKey_IsAddedBySelfServiceUnderTheSameHandleAndNotTwice()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var first = new SoftAuthenticator();
        using var second = new SoftAuthenticator();
        var cookie = ("Cookie", (await FidoHost.EnrollAsync(client, first, "alice")).CookieHeader);

        var begun = (await client.PostAsync("/mfa/factors", new { method = "fido", name = "Blue key" }, cookie)).Json["enrollment"]!;
        var options = begun["public_key"]!.Deserialize<JsonElement>();
        Assert.Equal(1, options.GetProperty("excludeCredentials").GetArrayLength());
        var added = await client.PostAsync($"/mfa/factors/{begun["id"]}/verify", new { credential = second.Create(options) }, cookie);
        Assert.Equal((200, "Blue key"), (added.Status, (string)added.Json["factor"]!["name"]!));
        Assert.Equal(first.UserHandle, second.UserHandle);

        // A browser that ignores the list of what is registered.
        var again = (await client.PostAsync("/mfa/factors", new { method = "fido" }, cookie)).Json["enrollment"]!;
        var refused = await client.PostAsync($"/mfa/factors/{again["id"]}/verify", new { credential = second.Create(again["public_key"]!.Deserialize<JsonElement>()) }, cookie);
        Assert.NotEqual(200, refused.Status);
        foreach (var key in new[] { first, second }) Assert.Equal(200, (await FidoHost.SignInAsync(client, key, "alice")).Status);
    }

    [Fact]
    public async Task KeyOfAnotherUser_CanNotBeRegistered()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");

        var refused = await FidoHost.EnrollAsync(client, key, "bob");

        Assert.Equal((403, "enrollment_not_allowed"), (refused.Status, refused.Error));
        await Oracles.NobodyIsSignedInAsync(client, refused);
    }

    [Fact]
    public async Task WithoutARelyingParty_KeysAreNotOffered()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        Assert.Equal("""["totp"]""", (await client.LoginAsync("alice")).Json["enroll"]!.ToJsonString());
    }

    [Fact]
    public async Task SettingsThatCanNotWork_StopTheStartAllAtOnce()
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Methods:Fido:Origins:0"] = "https://evil.example";
            o.Settings["Methods:Fido:AppId"] = "http://example.com/app-id";
            o.Settings["Methods:Fido:Timeout"] = "00:10:00";
        }));

        foreach (var part in new[] { "evil.example", "app-id", "00:10:00", "Mfa:Methods:Fido" }) Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CopiedKey_IsRefusedWithAnEventOfItsOwn()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator { Counter = 10 };
        await FidoHost.EnrollAsync(client, key, "alice");

        key.Counter = 3;
        Assert.Equal(401, (await FidoHost.SignInAsync(client, key, "alice")).Status);

        Assert.Equal(1, host.Events.Count(MfaEventNames.AuthenticatorMayBeCopied, "alice"));
    }
}
