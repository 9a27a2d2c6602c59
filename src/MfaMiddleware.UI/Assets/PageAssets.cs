using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.UI.Assets;

/// <summary>
/// The style sheet and the scripts, served under names that change with their content; and the browser client for apps, under one that doesn't.
/// </summary>
internal sealed class PageAssets
{
    private const string Script = "text/javascript; charset=utf-8";
    private const string Client = "client.js";

    private readonly FrozenDictionary<string, (string ContentType, byte[] Content)> _files;
    private readonly FrozenDictionary<string, string> _names;

    public PageAssets()
    {
        var files = new Dictionary<string, (string, byte[])>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, type) in new[] { ("mfa.css", "text/css; charset=utf-8"), (Client, Script), ("mfa.js", Script) })
        {
            // What a script imports is there under its own such name, and so the name of the importing script changes with it.
            var content = names.Aggregate(Read(name), (text, other) => text.Replace($"\"./{other.Key}\"", $"\"./{other.Value}\"", StringComparison.Ordinal));
            var bytes = Encoding.UTF8.GetBytes(content);
            names[name] = $"{Path.GetFileNameWithoutExtension(name)}.{HashOf(bytes)}{Path.GetExtension(name)}";
            files[names[name]] = (type, bytes);
        }

        (_files, _names) = (files.ToFrozenDictionary(StringComparer.Ordinal), names.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The name in URLs.</summary>
    public string NameOf(string file) => _names[file];

    public async Task HandleAsync(HttpContext context)
    {
        if (!_files.TryGetValue((string?)context.Request.RouteValues["file"] ?? "", out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Content.Length;
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    /// <summary>The browser client: apps import it by a name that they can write down, and ask each time whether it is still the same.</summary>
    public IResult ServeClient(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var (type, content) = _files[_names[Client]];
        return Results.Bytes(content, type, entityTag: new EntityTagHeaderValue($"\"{HashOf(content)}\""));
    }

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PageAssets).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
