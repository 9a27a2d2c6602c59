namespace AuthorizationServer.Authorize;

/// <summary>Why an authorization request is refused.</summary>
/// <param name="Error">The code: RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6.</param>
/// <param name="Description">For the developer of the client.</param>
public sealed record AuthorizationError(string Error, string Description)
{
    /// <summary>Where the answer goes; null where the client or its address is the mistake, and the browser must stay here.</summary>
    public string? RedirectUri { get; init; }

    public string? State { get; init; }
}
