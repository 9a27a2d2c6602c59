using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.Endpoints;

/// <summary>
/// Reads a request of the JSON API within strict bounds: JSON and nothing else, 32 KB, no member twice, each of its own type. What breaks a bound
/// is answered here, and nothing has been spent.
/// </summary>
internal static class MfaRequestReader
{
    private const int MaxBody = 32 * 1024;
    private const int MaxText = 256;
    public const string TokenHeader = "X-MFA-Token";

    /// <summary>The body; null where the answer has been written already.</summary>
    public static async Task<MfaRequestBody?> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request))
        {
            return await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json in UTF-8, not compressed.");
        }

        if (await ReadBytesAsync(context.Request, context.RequestAborted) is not { } bytes)
        {
            return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is larger than 32 KB.");
        }

        if (Parse(bytes) is not { } body)
        {
            return await RefuseAsync(
                context, StatusCodes.Status400BadRequest, "The body is no JSON object of the expected members and types, or names a member twice.");
        }

        return Complaint(context, body) is { } complaint
            ? await RefuseAsync(context, StatusCodes.Status400BadRequest, complaint)
            : body with { MfaToken = body.MfaToken ?? TokenOf(context) };
    }

    private static MfaRequestBody? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, MfaRequestJson.Default.MfaRequestBody);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The token of the header; a token is never read from a query string.</summary>
    public static string? TokenOf(HttpContext context) => context.Request.Headers[TokenHeader] is [{ Length: > 0 } token] ? token : null;

    /// <summary>Writes a 400.</summary>
    public static Task RefuseAsync(HttpContext context, string description) => RefuseAsync(context, StatusCodes.Status400BadRequest, description);

    private static async Task<MfaRequestBody?> RefuseAsync(HttpContext context, int status, string description)
    {
        await MfaResponseWriter.WriteAsync(context, status, new MfaResponse { Error = "invalid_request", ErrorDescription = description });
        return null;
    }

    private static string? Complaint(HttpContext context, MfaRequestBody body)
    {
        var header = context.Request.Headers[TokenHeader];
        if (header.Count > 1) return "The header X-MFA-Token is there more than once.";
        if (header.Count == 1 && body.MfaToken is not null && header[0] != body.MfaToken) return "mfa_token and the header X-MFA-Token differ.";
        string?[] texts = [body.MfaToken, body.Code, body.Method, body.FactorId, body.EnrollmentId, body.Name, body.Strength];
        if (texts.Any(text => text?.Length > MaxText)) return "A member is longer than 256 characters.";
        return null;
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.Encoding is null || type.Encoding is UTF8Encoding)
        && request.Headers.ContentEncoding.Count == 0;

    private static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBody) return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxBody)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
