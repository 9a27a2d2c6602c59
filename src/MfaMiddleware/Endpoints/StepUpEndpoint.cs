using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>POST /mfa/step-up</c>: begins a fresh proof for whoever is signed in.</summary>
internal sealed class StepUpEndpoint(
    SignedInFinder finder, StepUpStarter starter, MethodRegistry methods, InsufficientAuthentication insufficient, ChallengeWriter writer)
{
    /// <summary>A fresh proof is younger than any age; the one asked for is only repeated where the user can't give one.</summary>
    private static readonly TimeSpan DefaultMaxAge = TimeSpan.FromMinutes(15);

    /// <summary>A client that gets no JSON object back gets <c>{ "type": 0 }</c>.</summary>
    private static readonly HeldReply Reply = new(StatusCodes.Status200OK, null, [], "{}"u8.ToArray());

    public async Task HandleAsync(HttpContext context)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return;
        if (Complaint(body) is { } complaint)
        {
            await MfaRequestReader.RefuseAsync(context, complaint);
            return;
        }

        if (await finder.FindAsync(context) is not { } session)
        {
            await ManageAnswer.NotSignedIn(context);
            return;
        }

        var demand = new StepUpDemand(body.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultMaxAge, StrengthOf(body), body.Methods ?? []);
        var start = await starter.StartAsync(context, session, demand, PendingSessionKind.Json, Reply, context.Request.PathBase.Add("/").Value!);
        await AnswerAsync(context, demand, start);
    }

    private Task AnswerAsync(HttpContext context, StepUpDemand demand, StepUpStart start) => start switch
    {
        StepUpStart.Started started => writer.WriteAsync(context, ChallengeForm.Json, started.Session, started.Token, () => { }),
        StepUpStart.NotSupported => MfaResponseWriter.WriteAsync(context, 400, new MfaResponse
        {
            Error = "step_up_not_supported",
            ErrorDescription = "A session of this scheme is not this app's to renew: ask the server that issued it.",
        }),
        StepUpStart.NoSufficientFactor => MfaRequestReader.RefuseAsync(context, "None of the user's factors is of these methods and of this strength."),
        StepUpStart.SignInAgain => insufficient.WriteAsync(context, demand),
        StepUpStart.TooMany tooMany => ErrorAsync(context, 429, "too_many_sessions", tooMany.RetryAfter),
        _ => ErrorAsync(context, 503, "temporarily_unavailable", TimeSpan.FromSeconds(5)),
    };

    private Task ErrorAsync(HttpContext context, int status, string error, TimeSpan retryAfter) =>
        writer.WriteErrorAsync(context, ChallengeForm.Json, status, error, retryAfter, () => { });

    private string? Complaint(MfaRequestBody body)
    {
        if (body.MaxAge < 0) return "max_age is negative.";
        if (body.Strength is not null && StrengthOf(body) is null) return $"strength is none of {string.Join(", ", Enum.GetNames<MfaStrength>())}.";
        return body.Methods?.Any(m => m is null || methods.Known(m) != m) == true ? "methods names a method that does not exist." : null;
    }

    private static MfaStrength? StrengthOf(MfaRequestBody body) =>
        Enum.GetNames<MfaStrength>().FirstOrDefault(name => string.Equals(name, body.Strength, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<MfaStrength>(known)
            : null;
}
