using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class ForgingInputTests
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>Bodies with TOKEN and CODE put in; all would be right but for their form.</summary>
    public static TheoryData<string, int> Malformed => new()
    {
        { """{"mfa_token":"TOKEN","mfa_token":"TOKEN","code":"CODE"}""", 400 },
        { """{"mfa_token":"x","mfa_token":"TOKEN","code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN","mfa\u005ftoken":"TOKEN","code":"CODE"}""", 400 },
        { """{"MFA_TOKEN":"TOKEN","code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN","Code":"CODE"}""", 400 },
        { """{"mfa_token":["TOKEN"],"code":"CODE"}""", 400 },
        { """{"mfa_token":{"a":"TOKEN"},"code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","method":["totp"]}""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","factor_id":7}""", 400 },
        { """[{"mfa_token":"TOKEN","code":"CODE"}]""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE"} {"a":1}""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE"}x""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE",}""", 400 },
        { """{"mfa_token":"TOKEN",/* c */"code":"CODE"}""", 400 },
        { """{'mfa_token':'TOKEN','code':'CODE'}""", 400 },
        { """{"mfa_token":"TOKEN","code":"\ud800CODE"}""", 400 },
        { "\uFEFF" + """{"mfa_token":"TOKEN","code":"CODE"}""", 400 },
        { "mfa_token=TOKEN&code=CODE", 400 },
        { "", 400 },
        { "null", 400 },
        { "\"TOKEN\"", 400 },
        { "{", 400 },
        { """{"code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN"}""", 400 },
        { """{"mfa_token":null,"code":"CODE"}""", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","deep":""" + new string('[', 10_000) + new string(']', 10_000) + "}", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","credential":""" + new string('[', 40) + new string(']', 40) + "}", 400 },
        { """{"mfa_token":"TOKEN","code":"CODE","pad":"PAD"}""", 413 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task B100_MalformedBody_IsRefusedAndSpendsNothing(string body, int status)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        var reply = await client.PostTextAsync("/mfa", Fill(body, token, device.Code()));

        Assert.Equal((status, "invalid_request"), (reply.Status, reply.Error));
        Assert.NotEmpty(reply["error_description"]!);
        await AssertUnspentAsync(client, token, device);
    }

    [Fact]
    public async Task B100_OtherEncodingsOfABody_AreRefusedAndSpendNothing()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services => services.AddRequestDecompression();
            o.Pipeline = app => app.UseRequestDecompression();
        });
        await using var plain = await TestHost.StartAsync();
        foreach (var each in new[] { host, plain })
        {
            using var client = each.Client();
            var device = await each.EnrollTotpAsync("alice");
            var token = (await client.LoginAsync("alice")).Token!;
            var body = Fill("""{"mfa_token":"TOKEN","code":"CODE"}""", token, device.Code());
            var bomb = Fill("""{"mfa_token":"TOKEN","code":"CODE","pad":" """, token, device.Code()) + new string('a', 10_000_000) + "\"}";

            Assert.Equal(400, (await SendAsync(client, Encoding.Unicode.GetBytes(body), "application/json")).Status);
            Assert.Equal(400, (await SendAsync(client, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(body)], "application/json")).Status);
            Assert.Equal(400, (await SendAsync(client, [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(body)], "application/json")).Status);
            Assert.Equal(415, (await SendAsync(client, Encoding.Unicode.GetBytes(body), "application/json; charset=utf-16")).Status);
            Assert.Equal(400, (await SendAsync(client, Encoding.UTF8.GetBytes(body + body), "application/json", chunked: true)).Status);
            Assert.Equal(400, (await SendAsync(client, [.. Encoding.UTF8.GetBytes(body[..^2]), 0xC3, 0x28, .. "\"}"u8], "application/json")).Status);
            Assert.Equal(413, (await SendAsync(client, new byte[33 * 1024], "application/json", chunked: true)).Status);
            Assert.Contains((await SendAsync(client, Gzip(bomb), "application/json", encoding: "gzip")).Status, new[] { 413, 415 });
            Assert.Equal(415, (await SendAsync(client, Encoding.UTF8.GetBytes(body), "application/json", encoding: "br-unknown")).Status);

            // The connection that carried an oversized body still serves; and a small body is as good in chunks as in one.
            await AssertUnspentAsync(client, token, null);
            Assert.Equal(200, (await SendAsync(client, Encoding.UTF8.GetBytes(body), "application/json", chunked: true)).Status);
        }
    }

    [Fact]
    public async Task B100_TokenInSeveralPlaces_FollowsOneRule()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;
        var other = (await client.LoginAsync("bob")).Token!;

        Assert.Equal(400, (await client.PostAsync("/mfa", new { mfa_token = token, code = "000000" }, ("X-MFA-Token", other))).Status);
        Assert.Equal(400, (await client.PostAsync("/mfa", new { mfa_token = token, code = "000000" }, ("X-MFA-Token", ""))).Status);
        Assert.Equal(400, (await client.PostAsync("/mfa", new { mfa_token = token, code = "000000" }, ("X-MFA-Token", token), ("x-mfa-token", token))).Status);
        Assert.Equal(401, (await client.GetAsync("/mfa/session", ("X-MFA-Token", token), ("X-MFA-Token", token))).Status);
        Assert.Equal(415, (await client.PostTextAsync("/mfa", $"mfa_token={token}&code={device.Code()}", Form)).Status);
        Assert.Equal(415, (await client.PostTextAsync($"/mfa?mfa_token={token}&code={device.Code()}", $"mfa_token={token}&code={device.Code()}", Form, ("X-MFA-Token", token))).Status);
        Assert.Equal(400, (await client.PostAsync($"/mfa?mfa_token={token}", new { code = device.Code() })).Status);
        Assert.Equal(400, (await client.PostAsync($"/mfa?code={device.Code()}", new { mfa_token = token })).Status);
        await AssertUnspentAsync(client, token, null);

        // In body and header alike it is one token; in the header alone as well.
        Assert.Equal(401, (await client.PostAsync($"/mfa?mfa_token={other}", new { mfa_token = token, code = device.WrongCode() }, ("X-MFA-Token", token))).Status);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { code = device.Code() }, ("X-MFA-Token", (await client.LoginAsync("alice")).Token!))).Status);
    }

    [Fact]
    public async Task B100_TokenInTwoLinesOfTheHeader_IsRefusedAndSpendsNothing()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;
        var body = Fill("""{"mfa_token":"TOKEN","code":"CODE"}""", token, device.WrongCode());

        // By hand: .NET's client would make one line of them.
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.LoopbackAddress.Host, host.LoopbackAddress.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /mfa HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nX-MFA-Token: {token}\r\nX-MFA-Token: {token}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        using var reader = new StreamReader(connection.GetStream());

        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await AssertUnspentAsync(client, token, device);
    }

    [Theory]
    [InlineData("/mfa", "GET PUT PATCH DELETE HEAD OPTIONS TRACE PROPFIND")]
    [InlineData("/mfa/challenge", "GET PUT DELETE HEAD TRACE")]
    [InlineData("/mfa/enroll", "GET PUT DELETE HEAD TRACE")]
    [InlineData("/mfa/cancel", "GET PUT DELETE HEAD TRACE")]
    [InlineData("/mfa/session", "POST PUT DELETE HEAD TRACE")]
    [InlineData("/mfa/step-up", "GET PUT DELETE HEAD TRACE")]
    [InlineData("/mfa/factors", "PUT PATCH DELETE HEAD TRACE")]
    [InlineData("/mfa/factors/x", "GET POST PUT HEAD TRACE")]
    [InlineData("/mfa/factors/x/verify", "GET PUT PATCH DELETE HEAD TRACE")]
    [InlineData("/mfa/recovery-codes", "GET PUT DELETE HEAD TRACE")]
    public async Task B101_WrongVerbs_AreNotAllowed(string path, string verbs)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        foreach (var verb in verbs.Split(' '))
        {
            var reply = await client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path), ("X-MFA-Token", token));
            Assert.Equal(405, reply.Status);
            Assert.DoesNotContain(token, reply.Body, StringComparison.Ordinal);
        }

        await AssertUnspentAsync(client, token, device);
    }

    [Theory]
    [InlineData("text/json")]
    [InlineData("application/jsonp")]
    [InlineData("application/problem+json")]
    [InlineData("application/xml")]
    [InlineData("text/plain")]
    [InlineData(Form)]
    [InlineData("multipart/form-data; boundary=a")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task B101_WrongContentTypes_AreNotSupported(string contentType)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        foreach (var path in new[] { "/mfa", "/mfa/challenge", "/mfa/enroll", "/mfa/cancel", "/mfa/step-up", "/mfa/factors", "/mfa/factors/x/verify", "/mfa/recovery-codes" })
        {
            var reply = await client.PostTextAsync(path, $$"""{"mfa_token":"{{token}}","code":"{{device.Code()}}","method":"totp"}""", contentType);
            Assert.Equal(415, reply.Status);
        }

        await AssertUnspentAsync(client, token, device);
    }

    [Fact]
    public async Task B103_500SlowBodies_KeepNobodyElseWaiting()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;
        var slow = new List<TcpClient>();
        try
        {
            // All name the one token that is answered meanwhile.
            var head = $"POST /mfa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-MFA-Token: {token}\r\nContent-Length: 1000\r\n\r\n{{\"mfa_token\":\"{token}\",";
            for (var i = 0; i < 500; i++)
            {
                var connection = new TcpClient();
                slow.Add(connection);
                await connection.ConnectAsync(host.LoopbackAddress.Host, host.LoopbackAddress.Port);
                await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            }

            var served = TimeSpan.FromSeconds(20);
            var wrong = await client.AnswerAsync(token, device.WrongCode()).WaitAsync(served);
            var right = await client.AnswerAsync(wrong.Token, device.Code()).WaitAsync(served);

            Assert.Equal((401, 200), (wrong.Status, right.Status));
            Assert.Equal("1", (await client.LoginAsync("bob").WaitAsync(served))["type"]);
            Assert.All(slow, connection => Assert.True(connection.Connected));
        }
        finally
        {
            slow.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>The token last: it is random, and may hold any of the other words.</summary>
    private static string Fill(string body, string token, string code) => body
        .Replace("PAD", new string('a', 33 * 1024), StringComparison.Ordinal).Replace("CODE", code, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal);

    private static async Task AssertUnspentAsync(MfaClient client, string token, TotpDevice? device)
    {
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token)))["attempts_remaining"]);
        if (device is not null) Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
    }

    private static byte[] Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }

    private static Task<Reply> SendAsync(MfaClient client, byte[] body, string contentType, bool chunked = false, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        var request = new HttpRequestMessage(HttpMethod.Post, "/mfa") { Content = content };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        return client.SendAsync(request);
    }
}
