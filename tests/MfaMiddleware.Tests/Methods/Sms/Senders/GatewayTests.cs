using System.Text.Json;
using System.Text.RegularExpressions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms.Senders;

/// <summary>The senders of the settings, through a whole sign-in, against a gateway on loopback.</summary>
public sealed partial class GatewayTests
{
    private const string Number = "+4915123456742";

    // What would end a string, a parameter or a line where it isn't escaped.
    private const string Template = "{code} = \\\"your\\\" code & more? 100% +1 {issuer} €";

    [Theory]
    [InlineData("From", "+4930123456")]
    [InlineData("MessagingServiceSid", "MG0123")]
    public async Task Twilio_GetsItsMessagesApi(string key, string value)
    {
        await using var gateway = await RecordingGateway.StartAsync();
        await using var host = await StartAsync(gateway, "Twilio", ("Twilio:AccountSid", "AC42"), ("Twilio:AuthToken", "s3cret-token"), ("Twilio:" + key, value), ("Twilio:BaseAddress", gateway.Address));

        var code = await SignInAsync(host, () => gateway.Requests[^1].Body);

        var request = Assert.Single(gateway.Requests);
        Assert.Equal(("POST", "/2010-04-01/Accounts/AC42/Messages.json"), (request.Method, request.Target));
        Assert.Equal("Basic " + Convert.ToBase64String("AC42:s3cret-token"u8.ToArray()), request.Authorization);
        var form = QueryHelpers.ParseQuery(request.Body);
        Assert.Equal<(string?, string?, int)>((Number, value, 3), (form["To"], form[key], form.Count));
        Assert.Equal(TextWith(code), form["Body"]);
        NothingIsLogged(host, code);
    }

    [Fact]
    public async Task HttpGet_EscapesWhatStandsInTheUrl()
    {
        await using var gateway = await RecordingGateway.StartAsync();
        await using var host = await StartAsync(
            gateway, "Http", ("Http:Url", gateway.Address + "/cgi-bin/sendsms?password=s3cret-token&to={to}&number={digits}&text={text}&coding={coding}"), ("Http:Headers:X-Tenant", "t-{digits}"));

        var code = await SignInAsync(host, () => gateway.Requests[^1].Target);

        var request = Assert.Single(gateway.Requests);
        var query = QueryHelpers.ParseQuery(request.Target[request.Target.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.Equal(("GET", "t-4915123456742"), (request.Method, request.Tenant));
        Assert.Equal<(string?, string?, string?, string?, int)>((Number, "4915123456742", TextWith(code), "0", 5), (query["to"], query["number"], query["text"], query["coding"], query.Count));
        NothingIsLogged(host, code);
    }

    [Fact]
    public async Task HttpJson_EscapesWhatStandsInAString()
    {
        await using var gateway = await RecordingGateway.StartAsync();
        await using var host = await StartAsync(
            gateway, "Http", ("Http:Method", "POST"), ("Http:Url", gateway.Address + "/messages"), ("Http:Headers:Authorization", "Bearer s3cret-token"),
            ("Http:Body", """{"recipients":["{to}"],"body":"{text}"}"""));

        var code = await SignInAsync(host, () => gateway.Requests[^1].Body);

        var request = Assert.Single(gateway.Requests);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal(Number, json.RootElement.GetProperty("recipients")[0].GetString());
        Assert.Equal(TextWith(code), json.RootElement.GetProperty("body").GetString());
        Assert.Equal("Bearer s3cret-token", request.Authorization);
        NothingIsLogged(host, code);
    }

    [Fact]
    public async Task HttpForm_EscapesWhatStandsInAField()
    {
        await using var gateway = await RecordingGateway.StartAsync();
        await using var host = await StartAsync(
            gateway, "Http", ("Http:Method", "POST"), ("Http:Url", gateway.Address + "/send"), ("Http:ContentType", "application/x-www-form-urlencoded"), ("Http:Body", "to={to}&text={text}"));

        var code = await SignInAsync(host, () => gateway.Requests[^1].Body);

        var form = QueryHelpers.ParseQuery(Assert.Single(gateway.Requests).Body);
        Assert.Equal<(string?, string?, int)>((Number, TextWith(code), 2), (form["to"], form["text"], form.Count));
    }

    [Theory]
    [InlineData(500, 1)]
    [InlineData(400, 1)]
    [InlineData(302, 1)]
    [InlineData(502, 0)]
    public async Task GatewayThatRefuses_IsFollowedByTheNextOnlyWhereItSurelyHasNotSent(int status, int second)
    {
        await using var first = await RecordingGateway.StartAsync();
        await using var next = await RecordingGateway.StartAsync();
        first.Status = status;
        await using var host = await StartAsync(
            first, "Twilio, Http", ("Twilio:AccountSid", "AC42"), ("Twilio:AuthToken", "s3cret-token"), ("Twilio:From", "me"), ("Twilio:BaseAddress", first.Address),
            ("Http:Url", next.Address + "/send?to={to}&text={text}"));
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);

        var reply = await SmsRecorder.SendAsync(client, (await client.LoginAsync("alice")).Token);

        Assert.Equal((second == 1 ? 200 : 503, 1, second), (reply.Status, first.Requests.Count, next.Requests.Count));
    }

    private static Task<TestHost> StartAsync(RecordingGateway gateway, string sender, params (string Key, string Value)[] settings) => TestHost.StartAsync(o =>
    {
        SmsRecorder.Use(o);
        o.Mfa = null;
        o.Settings["Issuer"] = "Contoso";
        o.Settings["Methods:Sms:Sender"] = sender;
        o.Settings["Methods:Sms:Template"] = Template;
        foreach (var (key, value) in settings) o.Settings["Methods:Sms:" + key] = value;
        Assert.NotNull(gateway.Address);
    });

    private static async Task<string> SignInAsync(TestHost host, Func<string> sent)
    {
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        var code = Code().Match(sent()).Groups[1].Value;
        Assert.Equal(200, (await client.AnswerAsync(token, code)).Status);
        return code;
    }

    private static string TextWith(string code) => Template.Replace("{code}", code, StringComparison.Ordinal).Replace("{issuer}", "Contoso", StringComparison.Ordinal);

    private static void NothingIsLogged(TestHost host, string code) =>
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("15123456742", StringComparison.Ordinal) || line.Contains(code, StringComparison.Ordinal) || line.Contains("s3cret", StringComparison.Ordinal));

    // The six digits before the first sign of the text, however it is escaped.
    [GeneratedRegex(@"(?:text=|Body=|""body"":"")(\d{6})")]
    private static partial Regex Code();
}
