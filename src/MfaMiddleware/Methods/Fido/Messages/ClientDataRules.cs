using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Ceremonies;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>WebAuthn L3, 7.1 steps 7 to 11 and 7.2 steps 10 to 14.</summary>
internal static class ClientDataRules
{
    public static string? WhyNot(ClientData data, Ceremony ceremony, WebAuthnPolicy policy)
    {
        if (data.Type != (ceremony.Purpose == CeremonyPurpose.Registration ? "webauthn.create" : "webauthn.get")) return Refusal.TypeMismatch;
        if (!IsChallenge(data.Challenge!, ceremony.Challenge.Span)) return Refusal.ChallengeMismatch;
        if (!policy.Origins.Contains(data.Origin!)) return Refusal.OriginNotAllowed;
        if (data.CrossOrigin == true && !policy.AllowCrossOrigin) return Refusal.CrossOriginNotAllowed;
        if (data.TopOrigin is not { } top) return null;

        // A top origin without a frame between is a contradiction.
        var isExpected = policy.AllowCrossOrigin && data.CrossOrigin == true && policy.TopOrigins.Contains(top);
        return isExpected ? null : Refusal.TopOriginNotAllowed;
    }

    // The text, not the bytes: base64url has more than one text for the same bytes.
    private static bool IsChallenge(string text, ReadOnlySpan<byte> challenge)
    {
        var length = Base64Url.GetEncodedLength(challenge.Length);
        Span<char> expected = length <= 64 ? stackalloc char[length] : new char[length];
        Base64Url.EncodeToChars(challenge, expected);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(text.AsSpan()), MemoryMarshal.AsBytes(expected));
    }
}
