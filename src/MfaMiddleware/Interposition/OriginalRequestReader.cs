using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Completion;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Reads what a repeat of the request must be the same in. A JSON body isn't compared; of a form every field is, but passwords, which are neither
/// kept nor asked for again.
/// </summary>
internal static class OriginalRequestReader
{
    private const int MaxForm = 32 * 1024;

    private static readonly string[] Secrets = ["password", "passwd", "passphrase", "pwd", "secret"];

    /// <summary>The request; null where it can't be told from another one.</summary>
    public static async Task<OriginalRequest?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var url = $"{request.PathBase}{request.Path}{request.QueryString}";
        if (!ReturnUrl.IsLocal(url)) return null;
        if (!request.HasFormContentType) return new OriginalRequest(Hash(request, []), url, null);
        if (await FormOfAsync(request, context.RequestAborted) is not { } form) return null;

        List<KeyValuePair<string, string>> fields = [.. form.Where(f => !IsSecret(f.Key)).SelectMany(Values)];
        return fields.Sum(f => f.Key.Length + f.Value.Length) <= MaxForm ? new OriginalRequest(Hash(request, fields), url, fields) : null;
    }

    private static async Task<IFormCollection?> FormOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            // Fail closed: files aren't kept, and a body that somebody read by hand can't be compared.
            var isUnread = form.Count == 0 && request.ContentLength > 0;
            return form.Files.Count > 0 || isUnread ? null : form;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Fail closed: no form that could be compared.
            return null;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(KeyValuePair<string, StringValues> field) =>
        field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""));

    private static bool IsSecret(string name) => Array.Exists(Secrets, s => name.Contains(s, StringComparison.OrdinalIgnoreCase));

    private static byte[] Hash(HttpRequest request, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string[])[request.Method, request.PathBase.Value ?? "", request.Path.Value ?? "", request.QueryString.Value ?? ""]) Append(hash, part);
        foreach (var (name, value) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, value);
        }

        return hash.GetHashAndReset();
    }

    // With its length, so that no two lists of parts are the same bytes.
    private static void Append(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
