using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>
/// MvcSite as a newcomer starts it, with every method that its settings for Development switch on. A security key is bound to the
/// address in those settings, so that is where browsers find it, though it listens elsewhere.
/// </summary>
public sealed class ShippedMvcSite() : SampleServer(
    "MvcSite", ("Mfa__Methods__Fido__Enabled", "true"), ("Mfa__Methods__Hotp__Enabled", "true"), ("Mfa__Methods__Sms__Enabled", "true"))
{
    private static readonly Uri Origin = new("http://localhost:5080");

    internal async Task<IPage> OpenAsync(Chromium chromium)
    {
        var context = await chromium.NewContextAsync(Origin, server: Address);
        return await context.NewPageAsync();
    }
}
