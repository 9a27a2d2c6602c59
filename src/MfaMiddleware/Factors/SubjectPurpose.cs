using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Factors;

/// <summary>A subject as a purpose of Data Protection, hashed: the framework writes purposes into its trace log as they are, line breaks included.</summary>
internal static class SubjectPurpose
{
    public static string Of(MfaSubject subject)
    {
        // The length in front keeps realm and id apart.
        var text = string.Create(CultureInfo.InvariantCulture, $"{subject.Realm.Length}:{subject.Realm}{subject.Id}");
        return WebEncoders.Base64UrlEncode(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));
    }
}
