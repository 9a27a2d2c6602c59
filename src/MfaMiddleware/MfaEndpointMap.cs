using Microsoft.AspNetCore.Http;

namespace MfaMiddleware;

/// <summary>Where <c>MapMfa()</c> put the endpoints; known once it was called.</summary>
internal sealed class MfaEndpointMap
{
    /// <summary>The base path, without PathBase and without a slash at its end; null before <c>MapMfa()</c>.</summary>
    public string? BasePath { get; set; }

    public string Url(PathString pathBase, string page) => $"{pathBase.Value}{BasePath}{page}";
}
