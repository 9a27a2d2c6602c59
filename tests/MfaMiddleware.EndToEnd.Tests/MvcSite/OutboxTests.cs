using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>MvcSite as it ships, with text messages on.</summary>
public sealed class MessagesMvcSite() : SampleServer("MvcSite", ("Mfa__Methods__Sms__Enabled", "true"));

public sealed class OutboxTests(MessagesMvcSite site) : IClassFixture<MessagesMvcSite>
{
    [Fact]
    public async Task Outbox_ShowsTheCodeThatSignsIn()
    {
        using var http = new HttpClient { BaseAddress = site.Address };
        var challenge = await PostAsync(http, "/api/login", new { email = "alice@example.com", password = "Alice-pass-1" });
        var begun = await PostAsync(http, "/mfa/enroll", new { mfa_token = (string)challenge["mfa_token"]!, method = "sms", phone = "+49 151 23456742" });
        Assert.Equal("•••• 42", (string?)begun["enrollment"]!["sent_to"]);

        using var asJson = new HttpRequestMessage(HttpMethod.Get, "/dev/outbox") { Headers = { { "Accept", "application/json" } } };
        var message = JsonNode.Parse(await (await http.SendAsync(asJson)).Content.ReadAsStringAsync())![0]!;
        var page = await http.GetStringAsync("/dev/outbox");
        var text = (string)message["text"]!;
        Assert.Equal(("+4915123456742", true), ((string)message["to"]!, page.Contains(text, StringComparison.Ordinal)));

        var done = await PostAsync(http, "/mfa", new { mfa_token = (string)challenge["mfa_token"]!, enrollment_id = (string)begun["enrollment"]!["id"]!, code = text[..6] });
        Assert.Equal("alice@example.com", (string?)done["email"]);
    }

    private static async Task<JsonObject> PostAsync(HttpClient http, string path, object body)
    {
        using var reply = await http.PostAsJsonAsync(path, body);
        return JsonNode.Parse(await reply.Content.ReadAsStringAsync())!.AsObject();
    }
}
