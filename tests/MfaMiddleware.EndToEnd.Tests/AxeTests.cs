using Xunit;
using Xunit.Sdk;

namespace MfaMiddleware.EndToEnd.Tests;

[Collection(SecondBrowserTests.Name)]
public sealed class AxeTests(Chromium chromium)
{
    [Theory]
    [InlineData("<h1>Codes</h1><h3>Old</h3>", "heading-order")]
    [InlineData("<p style='color: #aaa; background: #fff'>Codes</p>", "color-contrast")]
    [InlineData("<button style='all: unset; width: 9px; height: 9px'>a</button><button style='all: unset; width: 9px; height: 9px'>b</button>", "target-size")]
    public async Task BadPage_IsFound(string body, string rule)
    {
        await using var context = await chromium.NewContextAsync(new Uri("http://localhost"));
        var page = await context.NewPageAsync();
        await page.SetContentAsync($"<!DOCTYPE html><html lang='en'><title>Bad</title><main>{body}</main></html>");

        var failure = await Assert.ThrowsAnyAsync<XunitException>(page.AssertAccessibleAsync);

        Assert.Contains(rule, failure.Message, StringComparison.Ordinal);
    }
}
