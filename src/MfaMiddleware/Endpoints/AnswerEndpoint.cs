using System.Text.Json;
using System.Text.Json.Nodes;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>POST /mfa</c>: answers the challenge and, where the answer is right, gives what the sign-in would have given.</summary>
internal sealed class AnswerEndpoint(PendingSessionFinder finder, MfaSignInManager manager, ChallengePresenter presenter)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await finder.FindAsync(context, Complaint) is not { } found) return;
        var (body, pending) = found;
        // A bearer handler writes its tokens itself.
        context.Response.Headers.CacheControl = "no-store";
        var answer = new MfaAnswer
        {
            Code = body.Code,
            Credential = body.Credential,
            Method = body.Method,
            FactorId = body.FactorId,
            Exchange = body.Exchange ?? false,
            RememberDevice = body.RememberDevice ?? false,
        };
        await (await manager.AnswerAsync(context, pending, answer, body.EnrollmentId, context.RequestAborted) switch
        {
            MfaSignInResult.Completed completed => CompleteAsync(context, completed),
            MfaSignInResult.MayEnroll open => OpenAsync(context, open.Next),
            MfaSignInResult.Rejected rejected => RejectAsync(context, body, rejected.Next),
            MfaSignInResult.Exhausted => WriteAsync(context, 401, new MfaResponse { Type = 1, Error = "too_many_attempts" }),
            MfaSignInResult.Throttled throttled => WriteAsync(context, 429, MfaResponseWriter.Throttled(body.MfaToken, throttled.RetryAfter)),
            MfaSignInResult.MethodRequired => WriteAsync(context, 400, MethodRequired(pending)),
            MfaSignInResult.Denied => WriteAsync(context, 403, new MfaResponse { Type = 1, Error = "access_denied" }),
            MfaSignInResult.EnrollmentNotAllowed => WriteAsync(context, 403, new MfaResponse { Type = 1, Error = "enrollment_not_allowed" }),
            _ => PendingSessionFinder.InvalidTokenAsync(context),
        });
    }

    private static string? Complaint(MfaRequestBody body) =>
        body.Code is null && body.Credential is null ? "code or credential is missing." : null;

    private static MfaResponse MethodRequired(MfaPendingSignIn pending) => new()
    {
        Type = 1,
        Error = "method_required",
        MfaToken = pending.Token,
        Methods = ChallengePresenter.View(pending.Offers),
    };

    private async Task OpenAsync(HttpContext context, MfaPendingSignIn next) =>
        await WriteAsync(context, 200, await presenter.DescribeAsync(next.Session, next.Token, CancellationToken.None));

    private async Task RejectAsync(HttpContext context, MfaRequestBody body, MfaPendingSignIn next)
    {
        var response = await presenter.DescribeAsync(next.Session, next.Token, CancellationToken.None);
        // A wrong answer like any other, but who wrote the client sees why: it was switched off or removed, or never there.
        var isOffered = next.Session.State.Enrollment is { } begun
            ? response.Enroll?.Contains(begun.Method) != false
            : response.Methods!.Any(m => ChallengeEndpoint.Matches(m.Id, m.Method, body));
        await WriteAsync(context, 401, response with { Error = "invalid_code", ErrorDescription = isOffered ? null : ChallengeEndpoint.NotOffered });
    }

    /// <summary>A bearer handler has written its own answer by now; else the host's small JSON body goes out, or our own.</summary>
    private static Task CompleteAsync(HttpContext context, MfaSignInResult.Completed completed)
    {
        if (completed.IsAnswered) return Task.CompletedTask;
        if (completed.ProofToken is { } proof) return WriteAsync(context, 200, new MfaResponse { Type = 0, MfaToken = proof, ReturnUrl = completed.ReturnUrl });
        return completed.Json is { } json
            ? MfaResponseWriter.WriteAsync(context, completed.StatusCode, WithType(json))
            : WriteAsync(context, 200, new MfaResponse { Type = 0, ReturnUrl = completed.ReturnUrl });
    }

    private static byte[] WithType(byte[] json)
    {
        var held = JsonNode.Parse(json)!.AsObject();
        held.TryAdd("type", 0);
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(held);
    }

    private static Task WriteAsync(HttpContext context, int status, MfaResponse response) => MfaResponseWriter.WriteAsync(context, status, response);
}
