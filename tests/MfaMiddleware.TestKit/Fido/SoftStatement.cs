using System.Formats.Cbor;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>Makes attestation statements.</summary>
internal static class SoftStatement
{
    public static SortedDictionary<string, object> Make(SoftDraft draft, byte[] data, byte[] clientDataHash, SoftAuthenticator authenticator) => draft.Format switch
    {
        "packed" => Packed(draft, [.. data, .. clientDataHash], authenticator.Maker),
        "fido-u2f" => U2F(draft, data[..32], clientDataHash, authenticator.Maker!),
        "tpm" => authenticator.Tpm!.Attest(draft.Signer, [.. data, .. clientDataHash]),
        "android-key" => authenticator.Platform!.AttestAndroid(draft.Signer, data, clientDataHash),
        "apple" => authenticator.Platform!.AttestApple(draft.Signer, data, clientDataHash),
        _ => [],
    };

    public static byte[] Object(string format, SortedDictionary<string, object> statement, byte[] data)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString(format);
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(statement.Count);
        foreach (var (name, value) in statement) Write(writer, name, value);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static SortedDictionary<string, object> Packed(SoftDraft draft, byte[] signed, SoftMaker? maker)
    {
        var statement = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["alg"] = draft.StatementAlgorithm ?? (maker is null ? draft.Signer.Algorithm : -7),
            ["sig"] = draft.ChangeSignature(maker is null ? draft.Signer.Sign(signed) : maker.Sign(signed)),
        };
        if (maker is not null) statement["x5c"] = new[] { maker.Certificate.RawData };
        return statement;
    }

    private static SortedDictionary<string, object> U2F(SoftDraft draft, byte[] rpIdHash, byte[] clientDataHash, SoftMaker maker)
    {
        var point = draft.Signer.Point;
        byte[] signed = [0, .. rpIdHash, .. clientDataHash, .. draft.CredentialId, 4, .. point.X!, .. point.Y!];
        return new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["sig"] = draft.ChangeSignature(maker.Sign(signed)),
            ["x5c"] = new[] { maker.Certificate.RawData },
        };
    }

    private static void Write(CborWriter writer, string name, object value)
    {
        writer.WriteTextString(name);
        switch (value)
        {
            case int number: writer.WriteInt32(number); break;
            case string text: writer.WriteTextString(text); break;
            case byte[] bytes: writer.WriteByteString(bytes); break;
            default:
                var items = (byte[][])value;
                writer.WriteStartArray(items.Length);
                foreach (var item in items) writer.WriteByteString(item);
                writer.WriteEndArray();
                break;
        }
    }
}
