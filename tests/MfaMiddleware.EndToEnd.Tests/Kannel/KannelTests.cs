using System.Text.RegularExpressions;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Kannel;

public sealed partial class KannelTests
{
    [Theory]
    [InlineData("{code} ist Ihr Code für {issuer} & mehr.", "text ")]
    [InlineData("{code} to kod, który działa.", "ucs-2 ")]
    public async Task SetUpAndSignIn_GoThroughARealGateway(string template, string kind)
    {
        await using var kannel = await KannelGateway.StartAsync();
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Issuer"] = "Contoso";
            o.Settings["Methods:Sms:Enabled"] = "true";
            o.Settings["Methods:Sms:AllowedCountryCodes:0"] = "49";
            o.Settings["Methods:Sms:Template"] = template;
            o.Settings["Methods:Sms:Sender"] = "Http";
            o.Settings["Methods:Sms:Http:Url"] = kannel.Url;
        });
        using var client = host.Client();

        var challenge = await client.LoginAsync("alice");
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "sms", phone = "+49 151 23456742" });
        Assert.Equal((200, "•••• 42"), (begun.Status, (string?)begun.Json["enrollment"]!["sent_to"]));
        var arrived = await kannel.ReadAsync();
        Assert.Contains(" +4915123456742 " + kind, arrived, StringComparison.Ordinal);
        if (kind == "text ") Assert.EndsWith(" ist Ihr Code für Contoso & mehr.", arrived, StringComparison.Ordinal);
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = (string)begun.Json["enrollment"]!["id"]!, code = CodeOf(arrived) });
        Assert.Equal(200, done.Status);

        var token = (await client.LoginAsync("alice")).Token;
        Assert.Equal(200, (await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "sms" })).Status);
        var signedIn = await client.AnswerAsync(token, CodeOf(await kannel.ReadAsync()));
        Assert.Equal("alice", (string?)(await client.MeAsync(signedIn.CookieHeader))!["sub"]![0]);
    }

    /// <summary>The message centre prints UCS-2 byte by byte: <c>%001</c> is the digit 1.</summary>
    private static string CodeOf(string arrived) => Code().Match(arrived.Replace("%00", "", StringComparison.Ordinal)).Groups[1].Value;

    [GeneratedRegex(@"(?:text|ucs-2) (\d{6})")]
    private static partial Regex Code();
}
