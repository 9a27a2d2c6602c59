using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>What creation and request options have in common (WebAuthn L3, 5.1.8 to 5.1.10: the JSON forms).</summary>
internal static class OptionsWriter
{
    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    public static void WriteBinary(this Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value) => json.WriteString(name, Base64Url.EncodeToString(value.Span));

    public static void WriteTimeout(this Utf8JsonWriter json, TimeSpan timeout) => json.WriteNumber("timeout", (long)timeout.TotalMilliseconds);

    public static void WriteCredentials(this Utf8JsonWriter json, string name, IEnumerable<WebAuthnCredential> credentials)
    {
        json.WriteStartArray(name);
        foreach (var credential in credentials)
        {
            json.WriteStartObject();
            json.WriteString("type", "public-key");
            json.WriteBinary("id", credential.Id);
            if (credential.Transports.Count > 0) json.WriteTexts("transports", credential.Transports);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static string Text(this UserVerification verification) => verification switch
    {
        UserVerification.Discouraged => "discouraged",
        UserVerification.Required => "required",
        _ => "preferred",
    };
}
