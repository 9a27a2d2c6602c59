using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.PendingSessions;

/// <summary>The <c>mfa_token</c>: session id and a 256-bit secret, opaque, base64url. The store holds only the secret's SHA-256.</summary>
internal readonly record struct MfaToken(string SessionId, byte[] Secret)
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;

    /// <summary>The length of every token.</summary>
    public const int Length = (IdBytes + SecretBytes) / 3 * 4;

    public static MfaToken New() => new(NewId(), NewSecret());

    public MfaToken WithNewSecret() => this with { Secret = NewSecret() };

    public byte[] SecretHash => SHA256.HashData(Secret);

    public static string NewId() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(IdBytes));

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    public static MfaToken? Parse(string? value)
    {
        if (value is not { Length: Length }) return null;
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(value);
            return new MfaToken(WebEncoders.Base64UrlEncode(bytes.AsSpan(0, IdBytes)), bytes[IdBytes..]);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The form that clients carry.</summary>
    public string Encode() => WebEncoders.Base64UrlEncode([.. WebEncoders.Base64UrlDecode(SessionId), .. Secret]);

    /// <summary>Prints no secret.</summary>
    public override string ToString() => "***";
}
