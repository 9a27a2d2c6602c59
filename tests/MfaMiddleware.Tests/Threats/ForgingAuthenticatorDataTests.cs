using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>What the authenticator signs, signed by the right key, but said of another site or of another user's presence.</summary>
public sealed class ForgingAuthenticatorDataTests
{
    private const byte ReservedBits = 0x02 | 0x20;

    [Fact]
    public async Task B115_HashOfAnotherName_IsRefusedAndOfTheAppIdTakenFromAU2FKeyAlone()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Methods:Fido:AppId"] = FidoHost.AppId;
        });
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        using var modern = new SoftAuthenticator();
        using var old = new SoftAuthenticator { IsU2F = true, RegisteredUnder = FidoHost.AppId };
        var alice = await cases.EnrollAsync(modern);
        await FidoHost.ImportU2FAsync(host, old, "bob");
        async Task RefusedAsync(string what, SoftAuthenticator key, Action<SoftDraft> change) =>
            await cases.AssertionIsRefusedAsync(what, key, key == old ? "bob" : alice, "rp_id_mismatch", change);

        // The unchanged answer of the U2F key, taken after each of these, is the legal one: the AppID's hash, and the output that says so.
        foreach (var name in new[] { "evil.example", "sub.example.com", "example.com.evil.example", "https://example.com" })
        {
            await RefusedAsync(name, modern, d => d.HashedName = name);
            await RefusedAsync(name + " by U2F", old, d => d.HashedName = name);
        }

        await RefusedAsync("appid absent", old, d => d.Outputs.Remove("appid"));
        await RefusedAsync("appid false", old, d => d.Outputs["appid"] = false);
        await RefusedAsync("appid as text", old, d => d.Outputs["appid"] = "true");
        await RefusedAsync("appid without its hash", old, d => d.HashedName = "example.com");
        await RefusedAsync("AppID on a WebAuthn key", modern, d => (d.HashedName, d.Outputs["appid"]) = (FidoHost.AppId, true));
        foreach (var output in new System.Text.Json.Nodes.JsonNode[] { true, "https://evil.example/app-id.json" })
        {
            await RefusedAsync("AppID of the client's", old, d => (d.HashedName, d.Outputs["appid"]) = ("https://evil.example/app-id.json", output.DeepClone()));
        }
    }

    [Fact]
    public async Task B115_AppIdWhereTheSettingsHaveNone_IsRefusedWhateverTheClientSays()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var old = new SoftAuthenticator { IsU2F = true };
        await FidoHost.ImportU2FAsync(host, old, "bob");

        await new KeyCases(host, client).AssertionIsRefusedAsync("AppID", old, "bob", "rp_id_mismatch", d => (d.HashedName, d.Outputs["appid"]) = (FidoHost.AppId, true));
    }

    [Fact]
    public async Task B116_FlagsThatAreNotWhatTheyMustBe_AreRefusedAndReservedBitsIgnored()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Methods:Fido:UserVerification"] = "Required";
        });
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        var flags = new (string What, string Reason, Func<byte, int> Change)[]
        {
            ("UP=0", "user_not_present", f => f & ~SoftDraft.UserPresent),
            ("UV=0", "user_not_verified", f => f & ~SoftDraft.UserVerified),
            ("UP=0 and UV=0", "user_not_present", f => f & ~(SoftDraft.UserPresent | SoftDraft.UserVerified)),
            ("BS=1 with BE=0", "backup_flags_invalid", f => (f & ~SoftDraft.BackupEligible) | SoftDraft.BackupState),
        };
        foreach (var isEligible in new[] { false, true })
        {
            using var key = new SoftAuthenticator { VerifiesUser = true, BackupEligible = isEligible };
            foreach (var (what, reason, change) in flags)
            {
                using var other = new SoftAuthenticator { VerifiesUser = true, BackupEligible = isEligible };
                await cases.RegistrationIsRefusedAsync("registration " + what, other, reason, d => d.Flags = (byte)change(d.Flags));
            }

            var user = await cases.EnrollAsync(key);
            foreach (var (what, reason, change) in flags) await cases.AssertionIsRefusedAsync(what, key, user, reason, d => d.Flags = (byte)change(d.Flags));
            await cases.AssertionIsRefusedAsync("BE flipped", key, user, "backup_eligibility_changed", d => d.Flags ^= SoftDraft.BackupEligible);

            Assert.Equal(200, (await FidoHost.SignInAsync(client, key, user, d => d.Flags |= ReservedBits)).Status);
        }

        using var reserved = new SoftAuthenticator { VerifiesUser = true };
        Assert.Equal(200, (await FidoHost.EnrollOnAsync(client, (await client.LoginAsync("alice")).Token, reserved, d => d.Flags |= ReservedBits)).Status);
    }
}
