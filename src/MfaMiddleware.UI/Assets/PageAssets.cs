using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.UI.Assets;

/// <summary>The style sheet and the script, served under names that change with their content.</summary>
internal sealed class PageAssets
{
    private readonly FrozenDictionary<string, (string ContentType, byte[] Content)> _files;
    private readonly FrozenDictionary<string, string> _names;

    public PageAssets()
    {
        var files = new Dictionary<string, (string, byte[])>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, type) in new[] { ("mfa.css", "text/css; charset=utf-8"), ("mfa.js", "text/javascript; charset=utf-8") })
        {
            var content = Read(name);
            var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
            names[name] = $"{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}";
            files[names[name]] = (type, content);
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

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
