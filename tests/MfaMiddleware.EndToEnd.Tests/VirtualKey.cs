using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>A security key that Chromium plays, plugged into one page. Its user touches it whenever it is asked for.</summary>
internal sealed class VirtualKey
{
    private readonly ICDPSession _session;
    private readonly string _id;

    private VirtualKey(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<VirtualKey> PlugInAsync(IPage page, string protocol = "ctap2", string transport = "usb", bool verifiesUser = false)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        return await PlugInAsync(session, protocol, transport, verifiesUser);
    }

    /// <summary>Another key in the place of this one.</summary>
    public async Task<VirtualKey> ReplaceAsync(string transport)
    {
        await _session.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = _id });
        return await PlugInAsync(_session, "ctap2", transport, verifiesUser: false);
    }

    /// <summary>Makes it a key that knows nobody.</summary>
    public Task ForgetAsync() => _session.SendAsync("WebAuthn.clearCredentials", new() { ["authenticatorId"] = _id });

    public Task RecognizeUserAsync(bool isRecognized) =>
        _session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = _id, ["isUserVerified"] = isRecognized });

    public Task LieAsync(string lie, bool isOn) =>
        _session.SendAsync("WebAuthn.setResponseOverrideBits", new() { ["authenticatorId"] = _id, [lie] = isOn });

    private static async Task<VirtualKey> PlugInAsync(ICDPSession session, string protocol, string transport, bool verifiesUser)
    {
        var options = new Dictionary<string, object>
        {
            ["protocol"] = protocol,
            ["transport"] = transport,
            ["hasUserVerification"] = verifiesUser,
            ["isUserVerified"] = verifiesUser,
            ["automaticPresenceSimulation"] = true,
        };
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
        return new(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }
}
