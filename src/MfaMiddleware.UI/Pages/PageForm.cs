using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.UI.Pages;

/// <summary>A posted form. What is missing or there twice is null.</summary>
internal sealed class PageForm
{
    private readonly IFormCollection _fields;

    private PageForm(IFormCollection fields) => _fields = fields;

    public string? this[string name] => _fields[name] is [{ Length: > 0 and <= 256 } value] ? value : null;

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
