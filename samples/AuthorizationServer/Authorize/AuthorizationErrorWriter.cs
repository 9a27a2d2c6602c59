using AuthorizationServer.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Authorize;

/// <summary>Brings a refusal to whom it concerns: to the client where it can be trusted to be there, else to the user.</summary>
public sealed class AuthorizationErrorWriter(Issuer issuer)
{
    public IResult ToResult(HttpContext context, AuthorizationRequest request, string error, string description) =>
        ToResult(context, new AuthorizationError(error, description) { RedirectUri = request.RedirectUri, State = request.State });

    public IResult ToResult(HttpContext context, AuthorizationError error) =>
        error.RedirectUri is null
            ? Results.Text($"{error.Error}: {error.Description}", statusCode: StatusCodes.Status400BadRequest)
            : Results.Redirect(AddressOf(context, error));

    private string AddressOf(HttpContext context, AuthorizationError error) => QueryHelpers.AddQueryString(error.RedirectUri!, new Dictionary<string, string?>
    {
        ["error"] = error.Error,
        ["error_description"] = error.Description,
        ["state"] = error.State,
        ["iss"] = issuer.Of(context.Request),
    });
}
