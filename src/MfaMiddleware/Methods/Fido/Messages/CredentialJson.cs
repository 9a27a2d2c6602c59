using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>Reads the browser's <c>toJSON()</c>: exact names, each at most once, whatever stands beside them.</summary>
internal static class CredentialJson
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Finds members of an object.</summary>
    /// <param name="element">Any JSON.</param>
    /// <param name="names">The names.</param>
    /// <param name="values">Their values; undefined where one isn't there, or is null.</param>
    /// <returns>False if it is no object, or a name stands there twice.</returns>
    public static bool TryFind(JsonElement element, ReadOnlySpan<string> names, Span<JsonElement> values)
    {
        if (element.ValueKind != JsonValueKind.Object) return false;

        foreach (var member in element.EnumerateObject())
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (!member.NameEquals(names[i])) continue;
                if (values[i].ValueKind != JsonValueKind.Undefined) return false;
                values[i] = member.Value;
            }
        }

        return true;
    }

    public static bool TryDecode(JsonElement element, int longest, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (element.ValueKind != JsonValueKind.String) return false;

        // As it was sent, without its quotation marks: no browser escapes a letter of base64url.
        var text = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        if (text.Length > Base64Url.GetEncodedLength(longest) || text.ContainsAnyExcept(Alphabet)) return false;

        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromUtf8(text, buffer, out _, out var written) != OperationStatus.Done) return false;

        bytes = buffer.AsMemory(0, written);
        return true;
    }

    public static bool IsText(JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    public static bool IsMissing(JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
