using System.Buffers.Text;
using System.Globalization;
using AuthorizationServer.Clients;
using Microsoft.Extensions.Primitives;

namespace AuthorizationServer.Authorize;

/// <summary>
/// Checks an authorization request before anything is done for it: no page is shown and no code is sent to a user for a request that can't succeed.
/// </summary>
public sealed class AuthorizationRequestReader(ClientRegistry clients)
{
    private static readonly string[] Prompts = ["none", "login"];

    /// <summary>One of the two is null.</summary>
    public (AuthorizationRequest? Request, AuthorizationError? Error) Read(IReadOnlyDictionary<string, StringValues> parameters)
    {
        string? Value(string name) => parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } single] ? single : null;

        // Until these two are known to belong together the browser isn't sent anywhere.
        if (clients.Find(Value("client_id")) is not { } client)
            return (null, new("invalid_request", "The client_id is unknown."));
        if (Value("redirect_uri") is not { } redirectUri || !client.RedirectUris.Contains(redirectUri, StringComparer.Ordinal))
            return (null, new("invalid_request", "The redirect_uri is not one of this client's."));

        var scopes = (Value("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var error = ComplaintOf(parameters, Value) ?? ScopeComplaintOf(scopes, client) ?? PromptComplaintOf(Value);
        if (error is not null)
            return (null, error with { RedirectUri = redirectUri, State = Value("state") });

        _ = AcrValues.TryRead(Value("acr_values") ?? "", out var strength);
        return (new AuthorizationRequest
        {
            ClientId = client.Id,
            RedirectUri = redirectUri,
            CodeChallenge = Value("code_challenge")!,
            Scopes = scopes,
            State = Value("state"),
            Nonce = Value("nonce"),
            LoginHint = Value("login_hint"),
            IsSilent = Value("prompt") == "none",
            AsksForLogin = Value("prompt") == "login",
            MaxAge = Value("max_age") is { } seconds ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : null,
            Strength = strength,
        }, null);
    }

    private static AuthorizationError? ComplaintOf(IReadOnlyDictionary<string, StringValues> parameters, Func<string, string?> value)
    {
        if (parameters.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } twice)
            return new("invalid_request", $"{twice} is there more than once.");
        if (value("response_type") is not "code")
            return new(value("response_type") is null ? "invalid_request" : "unsupported_response_type", "response_type must be code.");
        if (value("response_mode") is not (null or "query"))
            return new("invalid_request", "response_mode must be query.");
        if (value("request") is not null || value("request_uri") is not null)
            return new(value("request") is not null ? "request_not_supported" : "request_uri_not_supported", "Request objects are not supported.");
        // RFC 7636: the unpadded base64url of a SHA-256 hash. The method plain, and its being the default, went with OAuth 2.1.
        return value("code_challenge_method") == "S256" && value("code_challenge") is { Length: 43 } challenge && Base64Url.IsValid(challenge)
            ? null
            : new("invalid_request", "A code_challenge with code_challenge_method=S256 is needed.");
    }

    private static AuthorizationError? ScopeComplaintOf(string[] scopes, Client client) =>
        Array.Find(scopes, scope => !client.Scopes.Contains(scope, StringComparer.Ordinal)) is { } unknown
            ? new("invalid_scope", $"This client may not ask for {unknown}.")
            : null;

    private static AuthorizationError? PromptComplaintOf(Func<string, string?> value)
    {
        if (value("prompt") is { } prompt && !Prompts.Contains(prompt))
            return new("invalid_request", "prompt must be none or login.");
        if (value("max_age") is { } age && !(int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return new("invalid_request", "max_age must be a number of seconds.");
        return value("acr_values") is { } acr && !AcrValues.TryRead(acr, out _)
            ? new("unmet_authentication_requirements", "None of the acr_values is known here.")
            : null;
    }
}
