using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Writes the stamp where it survives: into the ticket's properties, and for handlers that drop those also as a private claim whose value is
/// protected. Claims alone can be made by anyone who makes principals, so an unprotected claim is never read.
/// </summary>
internal sealed partial class StampCodec(IDataProtectionProvider dataProtection)
{
    public const string PropertyName = ".mfa.stamp";
    public const string ClaimType = "mfa_stamp";

    private readonly IDataProtector _protector = dataProtection.CreateProtector("MfaMiddleware.Stamp");

    public static void Write(AuthenticationProperties properties, MfaStamp stamp) =>
        properties.Items[PropertyName] = Serialize(stamp);

    public static MfaStamp? Read(AuthenticationProperties? properties) =>
        properties is not null && properties.Items.TryGetValue(PropertyName, out var value) && value is not null
            ? Deserialize(value)
            : null;

    public Claim ToClaim(MfaStamp stamp) => new(ClaimType, _protector.Protect(Serialize(stamp)));

    /// <summary>The stamp of a principal's private claim, and whether there was a claim that doesn't verify.</summary>
    public (MfaStamp? Stamp, bool IsForged) Read(ClaimsPrincipal principal)
    {
        if (principal.FindFirst(ClaimType) is not { } claim) return (null, false);
        try
        {
            var stamp = Deserialize(_protector.Unprotect(claim.Value));
            return (stamp, stamp is null);
        }
        catch (CryptographicException)
        {
            // Fail closed: a claim that our key didn't make is no stamp, and the sign-in is challenged like any other.
            return (null, true);
        }
    }

    private static string Serialize(MfaStamp stamp) => JsonSerializer.Serialize(stamp, StampJson.Default.MfaStamp);

    private static MfaStamp? Deserialize(string value)
    {
        try
        {
            return JsonSerializer.Deserialize(value, StampJson.Default.MfaStamp);
        }
        catch (JsonException)
        {
            // Fail closed: a stamp of an unknown form is none.
            return null;
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(MfaStamp))]
    private sealed partial class StampJson : JsonSerializerContext;
}
