using System.Text.Json;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>What <c>get()</c> brings (WebAuthn L3, 5.2.2).</summary>
internal sealed record AssertionResponse
{
    private const int LongestClientData = 8192;
    private const int LongestData = 8192;
    private const int LongestSignature = 1024;
    private const int LongestHandle = 64;

    private static readonly string[] Names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
    private static readonly string[] Outputs = ["appid"];

    public required ReadOnlyMemory<byte> CredentialId { get; init; }

    public required ReadOnlyMemory<byte> ClientDataJson { get; init; }

    public required ReadOnlyMemory<byte> AuthenticatorData { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Empty if the authenticator gave none.</summary>
    public ReadOnlyMemory<byte> UserHandle { get; init; }

    /// <summary>Whether the client says that it used the AppID (10.1.1).</summary>
    public bool UsedAppId { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <param name="json">Any JSON.</param>
    /// <returns>Null if it isn't the <c>toJSON()</c> of an assertion.</returns>
    public static AssertionResponse? TryRead(JsonElement json)
    {
        try
        {
            return CredentialEnvelope.TryRead(json) is { } envelope ? TryRead(envelope) : null;
        }
        catch (InvalidOperationException)
        {
            // A text that is half a surrogate pair.
            return null;
        }
    }

    private static AssertionResponse? TryRead(CredentialEnvelope envelope)
    {
        var values = new JsonElement[Names.Length];
        var appId = new JsonElement[1];
        if (!CredentialJson.TryFind(envelope.Response, Names, values) || !CredentialJson.TryFind(envelope.Extensions, Outputs, appId)) return null;

        ReadOnlyMemory<byte> handle = default;
        var isWhole =
            CredentialJson.TryDecode(values[0], LongestClientData, out var clientData)
            & CredentialJson.TryDecode(values[1], LongestData, out var data)
            & CredentialJson.TryDecode(values[2], LongestSignature, out var signature)
            & (CredentialJson.IsMissing(values[3]) || CredentialJson.TryDecode(values[3], LongestHandle, out handle));
        if (!isWhole) return null;

        return new AssertionResponse
        {
            CredentialId = envelope.Id,
            ClientDataJson = clientData,
            AuthenticatorData = data,
            Signature = signature,
            UserHandle = handle,
            UsedAppId = appId[0].ValueKind == JsonValueKind.True,
        };
    }
}
