using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.Interposition;

/// <summary>What the host answered to the sign-in, kept until the second factor is verified.</summary>
/// <param name="StatusCode">The status.</param>
/// <param name="Location">The redirect, if it was one.</param>
/// <param name="Cookies">The cookies set after the sign-in, as header values.</param>
/// <param name="Json">A JSON object of at most 8 KB; null for any other body.</param>
internal sealed record HeldReply(int StatusCode, string? Location, IReadOnlyList<string> Cookies, byte[]? Json)
{
    public const int MaxJson = 8 * 1024;

    /// <summary>None: the host will answer anew.</summary>
    public static readonly HeldReply None = new(StatusCodes.Status303SeeOther, null, [], null);

    public static bool IsSmallJsonObject(HttpResponse response, HoldStream body)
    {
        if (body.Overflowed || body.Kept.Length is 0 or > MaxJson || !IsJson(response.ContentType)) return false;
        try
        {
            using var document = JsonDocument.Parse(body.Kept, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A member named twice has no one meaning, so a <c>type</c> can't be added to such an object.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Encoding is null or UTF8Encoding;
}
