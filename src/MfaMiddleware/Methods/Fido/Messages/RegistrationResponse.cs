using System.Text.Json;
using MfaMiddleware.Methods.Fido.Ceremonies;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>What <c>create()</c> brings (WebAuthn L3, 5.2.1).</summary>
internal sealed record RegistrationResponse
{
    private const int LongestClientData = 8192;
    private const int LongestObject = 65536;
    private const int MostTransports = 16;

    private static readonly string[] Names = ["clientDataJSON", "attestationObject", "transports"];

    public required ReadOnlyMemory<byte> CredentialId { get; init; }

    public required ReadOnlyMemory<byte> ClientDataJson { get; init; }

    public required ReadOnlyMemory<byte> AttestationObject { get; init; }

    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>Reads an answer.</summary>
    /// <param name="json">Any JSON.</param>
    /// <returns>Null if it isn't the <c>toJSON()</c> of a registration.</returns>
    public static RegistrationResponse? TryRead(JsonElement json)
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

    /// <summary>The same for the framework: written anew, so that it reads what was checked here and nothing else.</summary>
    public string ToJson() => OptionsWriter.Write(json =>
    {
        json.WriteBinary("id", CredentialId);
        json.WriteBinary("rawId", CredentialId);
        json.WriteString("type", "public-key");
        json.WriteStartObject("response");
        json.WriteBinary("clientDataJSON", ClientDataJson);
        json.WriteBinary("attestationObject", AttestationObject);
        json.WriteTexts("transports", Transports);
        json.WriteEndObject();
        json.WriteStartObject("clientExtensionResults");
        json.WriteEndObject();
    }).GetRawText();

    private static RegistrationResponse? TryRead(CredentialEnvelope envelope)
    {
        var values = new JsonElement[Names.Length];
        if (!CredentialJson.TryFind(envelope.Response, Names, values)) return null;

        var isWhole =
            CredentialJson.TryDecode(values[0], LongestClientData, out var clientData)
            & CredentialJson.TryDecode(values[1], LongestObject, out var attestation);
        if (!isWhole || ReadTransports(values[2]) is not { } transports) return null;

        return new RegistrationResponse { CredentialId = envelope.Id, ClientDataJson = clientData, AttestationObject = attestation, Transports = transports };
    }

    private static IReadOnlyList<string>? ReadTransports(JsonElement element)
    {
        if (CredentialJson.IsMissing(element)) return [];
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > MostTransports) return null;

        return Credentials.Transports.Keep(element.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString() : null));
    }
}
