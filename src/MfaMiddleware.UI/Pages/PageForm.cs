using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.UI.Pages;

/// <summary>A posted form. What is missing or there twice is null.</summary>
internal sealed class PageForm
{
    private const int MaxCredential = 32 * 1024;

    private readonly IFormCollection _fields;

    private PageForm(IFormCollection fields) => _fields = fields;

    public string? this[string name] => _fields[name] is [{ Length: > 0 and <= 256 } value] ? value : null;

    /// <summary>What the browser's key gave, as JSON; null where there is none, or no JSON.</summary>
    public JsonElement? Credential
    {
        get
        {
            if (_fields["credential"] is not [{ Length: > 0 and <= MaxCredential } text]) return null;
            try
            {
                return JsonElement.Parse(text);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether the user asks not to be challenged in this browser for a while.</summary>
    public bool RemembersDevice => this["remember_device"] == "on";

    /// <summary>The version that the form shows; nothing that is no number is the present one.</summary>
    public bool IsFor(MfaPendingSignIn pending) => this["version"] == FormattableString.Invariant($"{pending.Version}");

    public static async Task<PageForm> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) throw new BadHttpRequestException("The body is no form.", StatusCodes.Status415UnsupportedMediaType);
        return new PageForm(await context.Request.ReadFormAsync(context.RequestAborted));
    }

    public static Task<bool> IsOursAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
}
