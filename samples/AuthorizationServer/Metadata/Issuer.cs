namespace AuthorizationServer.Metadata;

/// <summary>The server's name: the setting <c>Issuer</c>, else the address that it was asked at, which <c>AllowedHosts</c> keeps to known ones.</summary>
public sealed class Issuer(IConfiguration configuration)
{
    public string Of(HttpRequest request) => configuration["Issuer"] ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
}
