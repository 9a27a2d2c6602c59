using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>What MvcSite would have sent: as its page for Development shows it, and as JSON.</summary>
internal static class Outbox
{
    /// <summary>The code of the newest message to a number, read on the page in a tab of its own.</summary>
    public static async Task<string> ReadCodeAsync(IBrowserContext context, string number)
    {
        var tab = await context.NewPageAsync();
        await tab.GotoAsync("/dev/outbox");
        var text = await tab.GetByRole(AriaRole.Article).Filter(new() { HasText = number }).First.Locator("pre").InnerTextAsync();
        await tab.CloseAsync();
        return Regex.Match(text, @"^\d{6}").Value;
    }

    /// <summary>The texts sent to one person or number, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(Uri site, string to)
    {
        using var http = new HttpClient { BaseAddress = site, DefaultRequestHeaders = { { "Accept", "application/json" } } };
        var sent = JsonNode.Parse(await http.GetStringAsync("/dev/outbox"))!.AsArray();
        return [.. sent.Where(message => (string)message!["to"]! == to).Select(message => (string)message!["text"]!).Reverse()];
    }
}
