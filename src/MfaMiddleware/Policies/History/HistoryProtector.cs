using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.Policies.History;

/// <summary>Turns a history into the bytes that a store keeps, protected for its subject: a row copied to another user doesn't open.</summary>
internal sealed partial class HistoryProtector(IDataProtectionProvider provider)
{
    /// <summary>The form of the record. Another one isn't read: the history begins anew, and the user is asked.</summary>
    private const byte Form = 1;
    private const int Header = 1 + sizeof(int);

    public byte[] Protect(MfaSubject subject, SignInHistory history)
    {
        var state = JsonSerializer.SerializeToUtf8Bytes(history, HistoryJson.Default.SignInHistory);
        var clear = new byte[Header + state.Length + history.Log.Length];
        clear[0] = Form;
        BinaryPrimitives.WriteInt32LittleEndian(clear.AsSpan(1), state.Length);
        state.CopyTo(clear, Header);
        history.Log.CopyTo(clear.AsMemory(Header + state.Length));
        return ProtectorFor(subject).Protect(clear);
    }

    /// <returns>The history; null where these bytes are none that this key ring and this version can read.</returns>
    public SignInHistory? Unprotect(MfaSubject subject, byte[] data)
    {
        try
        {
            var clear = ProtectorFor(subject).Unprotect(data);
            if (clear.Length < Header || clear[0] != Form) return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(clear.AsSpan(1));
            if (length < 0 || length > clear.Length - Header) return null;
            var history = JsonSerializer.Deserialize(clear.AsSpan(Header, length), HistoryJson.Default.SignInHistory);
            return history is null ? null : history with { Log = clear.AsMemory(Header + length) };
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorFor(MfaSubject subject) => provider.CreateProtector("MfaMiddleware.History", SubjectPurpose.Of(subject));

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(SignInHistory))]
    private sealed partial class HistoryJson : JsonSerializerContext;
}
