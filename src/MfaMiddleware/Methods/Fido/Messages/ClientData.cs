using System.Text.Json;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>What the browser says of the ceremony (WebAuthn L3, 5.8.1).</summary>
internal sealed record ClientData
{
    public string? Type { get; private set; }

    public string? Challenge { get; private set; }

    public string? Origin { get; private set; }

    public bool? CrossOrigin { get; private set; }

    public string? TopOrigin { get; private set; }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads client data.</summary>
    /// <param name="json">The bytes that were hashed.</param>
    /// <returns>Null if it isn't one JSON object with the names once each and of their types.</returns>
    public static ClientData? TryRead(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(ByteOrderMark)) json = json[ByteOrderMark.Length..];

        try
        {
            var data = new ClientData();
            return data.Read(json) && data is { Type: not null, Challenge: not null, Origin: not null } ? data : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private bool Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadMember(ref reader)) return false;
        }

        // Nothing behind the object: the reader throws for anything but white space.
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private bool ReadMember(ref Utf8JsonReader reader)
    {
        var name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "type": return (Type is null) & (Type = Text(ref reader)) is not null;
            case "challenge": return (Challenge is null) & (Challenge = Text(ref reader)) is not null;
            case "origin": return (Origin is null) & (Origin = Text(ref reader)) is not null;
            case "topOrigin": return (TopOrigin is null) & (TopOrigin = Text(ref reader)) is not null;
            case "crossOrigin": return (CrossOrigin is null) & (CrossOrigin = Truth(ref reader)) is not null;
            // Browsers may add members, and do.
            default: reader.Skip(); return true;
        }
    }

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static bool? Truth(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };
}
