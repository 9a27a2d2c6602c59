using System.Formats.Cbor;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>What <c>create()</c> brings (WebAuthn L3, 6.5): authenticator data, and the maker's statement on it.</summary>
/// <param name="Format">The statement's format, case-sensitive.</param>
/// <param name="Statement">The statement: a CBOR map.</param>
/// <param name="Data">The authenticator data.</param>
internal sealed record AttestationObject(string Format, ReadOnlyMemory<byte> Statement, AuthenticatorData Data)
{
    public static AttestationObject? TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (CborShape.Measure(bytes.Span) != bytes.Length) return null;

        try
        {
            return Read(new CborReader(bytes, CborConformanceMode.Strict));
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    // In any order: Windows writes another one than CTAP2 asks for.
    private static AttestationObject? Read(CborReader reader)
    {
        string? format = null;
        ReadOnlyMemory<byte> statement = default;
        ReadOnlyMemory<byte> data = default;
        if (reader.ReadStartMap() != 3) return null;

        for (var left = 3; left > 0; left--)
        {
            switch (reader.ReadTextString())
            {
                case "fmt": format = reader.ReadTextString(); break;
                case "attStmt" when reader.PeekState() == CborReaderState.StartMap: statement = reader.ReadEncodedValue(); break;
                case "authData": data = reader.ReadByteString(); break;
                default: return null;
            }
        }

        reader.ReadEndMap();
        return format is not null && AuthenticatorData.TryRead(data) is { } read ? new AttestationObject(format, statement, read) : null;
    }
}
