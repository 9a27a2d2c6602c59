using System.Text.Json;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A host whose users may have security keys, and what a browser does there.</summary>
public static class FidoHost
{
    /// <summary>What U2F keys were registered under, where a test's settings say so.</summary>
    public const string AppId = "https://example.com/app-id.json";

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
        return await EnrollOnAsync(client, (await client.LoginAsync(user)).Token, key);
    }

    /// <summary>A whole registration on a pending sign-in.</summary>
    public static async Task<Reply> EnrollOnAsync(MfaClient client, string? token, SoftAuthenticator key, Action<SoftDraft>? change = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(key);
        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "fido" })).Json["enrollment"]!;
        var options = enrollment["public_key"]!.Deserialize<JsonElement>();
        return await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = (string)enrollment["id"]!, credential = key.Create(options, change) });
    }

    /// <summary>Puts a key of U2F days into the store: key handle, point and counter are all there is of it.</summary>
    public static async Task ImportU2FAsync(TestHost host, SoftAuthenticator key, string user)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(key);
        byte[] point = [4, .. key.Key.Point.X!, .. key.Key.Point.Y!];
        var administration = host.Services.GetRequiredService<MfaFactorAdministration>();
        if (!await administration.ImportU2FKeyAsync(new MfaSubject("", user), new U2FKey(key.CredentialId, point, key.Counter ?? 0), null, default)) throw new InvalidOperationException("The key was not added.");
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
