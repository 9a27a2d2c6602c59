using System.Text.Json;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>The outer members that both ceremonies' answers have.</summary>
/// <param name="Id">The credential's id.</param>
/// <param name="Response">The ceremony's own part.</param>
/// <param name="Extensions">The client's extension outputs.</param>
internal sealed record CredentialEnvelope(ReadOnlyMemory<byte> Id, JsonElement Response, JsonElement Extensions)
{
    // A little over the 1023 bytes that an id may have, so that a longer one is named as such.
    private const int LongestId = 2048;

    private static readonly string[] Names = ["id", "rawId", "type", "response", "clientExtensionResults"];

    public static CredentialEnvelope? TryRead(JsonElement json)
    {
        var values = new JsonElement[Names.Length];
        if (!CredentialJson.TryFind(json, Names, values)) return null;
        if (!CredentialJson.IsText(values[2], "public-key") || values[4].ValueKind != JsonValueKind.Object) return null;
        if (!CredentialJson.TryDecode(values[0], LongestId, out var id) || id.IsEmpty || !IsSame(values[1], id)) return null;

        return new CredentialEnvelope(id, values[3], values[4]);
    }

    private static bool IsSame(JsonElement rawId, ReadOnlyMemory<byte> id) =>
        CredentialJson.IsMissing(rawId) || (CredentialJson.TryDecode(rawId, LongestId, out var raw) && raw.Span.SequenceEqual(id.Span));
}
