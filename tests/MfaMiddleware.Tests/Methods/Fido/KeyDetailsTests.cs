using System.Text.Json;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.UI;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class KeyDetailsTests
{
    [Fact]
    public async Task Owner_SeesNameTransportsBackupStateAndLastUse()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Mfa = mfa => mfa.AddUI();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator { Transports = ["usb", "nfc", "telepathy"] };
        using var passkey = new SoftAuthenticator { Transports = ["internal", "hybrid"], BackupEligible = true };
        var cookie = (await FidoHost.EnrollAsync(client, key, "alice")).CookieHeader;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var begun = (await client.PostAsync("/mfa/factors", new { method = "fido", name = "Laptop" }, ("Cookie", cookie))).Json["enrollment"]!;
        var added = await client.PostAsync($"/mfa/factors/{begun["id"]}/verify", new { credential = passkey.Create(begun["public_key"]!.Deserialize<JsonElement>()) }, ("Cookie", cookie));
        Assert.Equal((200, "false"), (added.Status, added.Json["factor"]!["backed_up"]!.ToJsonString()));

        // It is synchronised from now on, and says so when it is used.
        host.Clock.Advance(TimeSpan.FromDays(2));
        passkey.BackupState = true;
        cookie = (await FidoHost.SignInAsync(client, passkey, "alice")).CookieHeader;
        var factors = (await client.GetAsync("/mfa/factors", ("Cookie", cookie))).Json["factors"]!.AsArray();

        Assert.Equal("""[["usb","nfc"],false,false]""", Details(factors[0]!));
        Assert.Equal("""[["hybrid","internal"],true,true]""", Details(factors[1]!));
        Assert.Equal(host.Clock.GetUtcNow(), factors[1]!["last_used_at"]!.GetValue<DateTimeOffset>());

        using var browser = new Browser(host);
        foreach (var pair in cookie.Split("; ")) browser.Cookies[pair.Split('=', 2)[0]] = pair.Split('=', 2)[1];
        Assert.Equal(("Security key", "Laptop"), await ShowAsync(browser, "USB, NFC, bound to one device", "phone nearby, built into a device, synchronised between your devices"));
        browser.Language = "de";
        Assert.Equal(("Sicherheitsschlüssel", "Laptop"), await ShowAsync(browser, "USB, NFC, an ein Gerät gebunden", "Telefon in der Nähe, in ein Gerät eingebaut, zwischen Ihren Geräten synchronisiert"));
    }

    private static string Details(System.Text.Json.Nodes.JsonNode factor) => $"[{factor["transports"]!.ToJsonString()},{factor["backup_eligible"]},{factor["backed_up"]}]";

    private static async Task<(string, string)> ShowAsync(Browser browser, string first, string second)
    {
        var items = (await browser.GetAsync("/mfa/manage")).Document.QuerySelectorAll(".mfa-factors > li");
        Assert.Contains(first, items[0].TextContent, StringComparison.Ordinal);
        Assert.Contains(second, items[1].TextContent, StringComparison.Ordinal);
        return (items[0].QuerySelector("h2")!.TextContent, items[1].QuerySelector("h2")!.TextContent);
    }
}
