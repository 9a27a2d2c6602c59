using System.Text.Json;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A host whose users may have security keys, and what a browser does there.</summary>
public static class FidoHost
{
    public static void Use(TestHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Settings["Methods:Fido:RelyingPartyId"] = "example.com";
        options.Settings["Methods:Fido:Origins:0"] = "https://example.com";
    }

    /// <summary>Signs a new user in for the first time with a key of their own.</summary>
    public static async Task<Reply> EnrollAsync(MfaClient client, SoftAuthenticator key, string user)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(key);
        var challenge = await client.LoginAsync(user);
        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "fido" })).Json["enrollment"]!;
        var options = enrollment["public_key"]!.Deserialize<JsonElement>();
        return await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = (string)enrollment["id"]!, credential = key.Create(options) });
    }

    /// <summary>Starts the ceremony of a pending sign-in.</summary>
    public static async Task<JsonElement> OptionsAsync(MfaClient client, string? token)
    {
        ArgumentNullException.ThrowIfNull(client);
        var started = await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "fido" });
        return started.Json["challenge"]!["public_key"]!.Deserialize<JsonElement>();
    }

    public static Task<Reply> AnswerAsync(MfaClient client, string? token, JsonElement credential)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PostAsync("/mfa", new { mfa_token = token, credential });
    }

    /// <summary>A whole sign-in with the key.</summary>
    public static async Task<Reply> SignInAsync(MfaClient client, SoftAuthenticator key, string user, Action<SoftDraft>? change = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(key);
        var token = (await client.LoginAsync(user)).Token;
        return await AnswerAsync(client, token, key.Get(await OptionsAsync(client, token), change));
    }
}
