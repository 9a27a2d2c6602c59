using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Hotp;

/// <summary>The whole method against the codes of <c>oathtool</c>: set-up, look-ahead, resynchronisation.</summary>
public sealed class OathtoolJourneyTests
{
    [Fact]
    public async Task TokenOfOathtool_IsSetUpSignsInRunsAheadAndIsBroughtBack()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var seed = Convert.ToHexString(HotpHost.Seed);
        var codes = Oathtool.Run(["--hotp", "-c", "7", "-d", "6", "-w", "80", seed]);

        var pending = (await client.LoginAsync("alice")).Token;
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = pending, method = "hotp", secret = seed, counter = 7 });
        var id = (string)begun.Json["enrollment"]!["id"]!;
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = pending, enrollment_id = id, code = codes[0] })).Status);

        // The next is codes[1]: ten beyond it are looked at, and what was passed over is void.
        Assert.Equal(200, (await AnswerAsync(client, codes[11])).Status);
        foreach (var spent in new[] { codes[11], codes[10], codes[1] }) Assert.Equal(401, (await AnswerAsync(client, spent)).Status);
        Assert.Equal(401, (await AnswerAsync(client, codes[23])).Status);
        var cookie = (await AnswerAsync(client, codes[12])).CookieHeader;

        // The next is codes[13]; far ahead two in a row are asked for, within 50.
        Assert.Equal(401, (await ResyncAsync(client, id, cookie, codes[63], codes[64])).Status);
        Assert.Equal(401, (await ResyncAsync(client, id, cookie, codes[60], codes[62])).Status);
        Assert.Equal(200, (await ResyncAsync(client, id, cookie, codes[60], codes[61])).Status);
        Assert.Equal(200, (await AnswerAsync(client, codes[62])).Status);
    }

    [Fact]
    public async Task SecretThatIsMadeHere_GivesTheCodesThatAreExpected()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            HotpHost.Use(o);
            o.Settings["Methods:Hotp:Digits"] = "8";
        });
        using var client = host.Client();
        var pending = (await client.LoginAsync("bob")).Token;
        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = pending, method = "hotp" })).Json["enrollment"]!;
        var codes = Oathtool.Run(["--hotp", "-b", "-c", "0", "-d", "8", "-w", "1", (string)enrollment["secret"]!]);

        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = pending, enrollment_id = (string)enrollment["id"]!, code = codes[0] })).Status);
        Assert.Equal(200, (await AnswerAsync(client, codes[1], "bob")).Status);
    }

    private static async Task<Reply> AnswerAsync(MfaClient client, string code, string user = "alice") => await client.AnswerAsync((await client.LoginAsync(user)).Token, code);

    private static Task<Reply> ResyncAsync(MfaClient client, string id, string cookie, params string[] codes) =>
        client.PostAsync($"/mfa/factors/{id}/resync", new { codes }, ("Cookie", cookie));
}
