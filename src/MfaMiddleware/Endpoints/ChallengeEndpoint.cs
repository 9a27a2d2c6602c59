using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>POST /mfa/challenge</c>: starts or repeats a challenge.</summary>
internal sealed class ChallengeEndpoint(PendingSessionFinder finder, MfaSignInManager manager)
{
    public const string NotOffered = "This method or factor is not offered for this sign-in.";

    public async Task HandleAsync(HttpContext context)
    {
        if (await finder.FindAsync(context, Complaint) is not { } found) return;
        var (body, pending) = found;
        if (!pending.Offers.Any(o => Matches(o.Id, o.Method.Name, body)))
        {
            await MfaRequestReader.RefuseAsync(context, NotOffered);
            return;
        }

        if (await manager.ChallengeAsync(pending, body.Method, body.FactorId, context.RequestAborted) is not { } started)
        {
            await PendingSessionFinder.InvalidTokenAsync(context);
            return;
        }

        await WriteAsync(context, pending, body, started.Result);
    }

    private static string? Complaint(MfaRequestBody body) => body.Method is null && body.FactorId is null ? "method or factor_id is missing." : null;

    public static bool Matches(string id, string method, MfaRequestBody body) =>
        (body.Method is null || body.Method == method) && (body.FactorId is null || body.FactorId == id);

    private static Task WriteAsync(HttpContext context, MfaPendingSignIn pending, MfaRequestBody body, ChallengeResult result)
    {
        if (result is ChallengeResult.Throttled throttled)
        {
            return MfaResponseWriter.WriteAsync(context, StatusCodes.Status429TooManyRequests, MfaResponseWriter.Throttled(body.MfaToken, throttled.RetryAfter));
        }

        var started = result as ChallengeResult.Started;
        var method = pending.Offers.First(o => Matches(o.Id, o.Method.Name, body)).Method.Name;
        return MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, new MfaResponse
        {
            Type = 1,
            MfaToken = body.MfaToken,
            Challenge = new ChallengeView(method)
            {
                SentTo = started?.SentTo,
                ExpiresIn = started?.ExpiresIn is { } span ? MfaResponseWriter.Seconds(span) : null,
                ResendAfter = started?.ResendAfter is { } wait ? MfaResponseWriter.Seconds(wait) : null,
                SendsRemaining = started?.SendsRemaining,
                PublicKey = started?.PublicKey,
            },
        });
    }
}
