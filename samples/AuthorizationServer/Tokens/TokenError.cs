namespace AuthorizationServer.Tokens;

/// <summary>The errors of the token endpoint (RFC 6749 section 5.2).</summary>
public static class TokenError
{
    public static IResult InvalidGrant { get; } = Of("invalid_grant");

    public static IResult InvalidClient { get; } = Of("invalid_client", status: StatusCodes.Status401Unauthorized);

    public static IResult Of(string error, string? description = null, int status = StatusCodes.Status400BadRequest)
    {
        var body = new Dictionary<string, string> { ["error"] = error };
        if (description is not null)
            body["error_description"] = description;
        return Results.Json(body, statusCode: status);
    }
}
