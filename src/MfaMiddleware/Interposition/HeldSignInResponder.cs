using System.Diagnostics;
using System.Security.Cryptography;
using MfaMiddleware.Endpoints;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>Answers for captured sign-ins once the host's pipeline is done: one store write, and the challenge in the place of the host's response.</summary>
internal sealed partial class HeldSignInResponder(
    SessionMaker sessions, SessionIds ids, ChallengeWriter writer, BrowserBinding binding, PasswordGrantReport passwordGrant, MfaEndpointMap map, MfaSettings settings, MfaEvents events, SignInRecorder recorder, ILogger<HeldSignInResponder> logger)
{
    public async Task RespondAsync(HttpContext context, HeldResponse held)
    {
        if (held.IsSettled) return;
        if (!held.HasSignIns) await held.DeliverAsync();
        else if (held.IsError) await held.DeliverErrorAsync();
        else if (held.IsWrittenPast) Abort(context, held);
        else await ChallengeAsync(context, held);
    }

    /// <summary>Somebody between us and the endpoint starts the response: the challenge goes out under their hands, and the log names them.</summary>
    public async Task StolenAsync(HttpContext context, HeldResponse held)
    {
        Log.ResponseStolen(logger, CulpritOf(new StackTrace()));
        held.TakeFromThief();
        if (held.IsError || context.Response.StatusCode < StatusCodes.Status200OK)
        {
            // Fail closed: what is being sent is no answer that a challenge could take the place of.
            context.Abort();
            return;
        }

        await ChallengeAsync(context, held);
        await context.Response.CompleteAsync();
    }

    /// <summary>Fail closed: bytes of the host wait in the server, and would go out in front of the challenge.</summary>
    private void Abort(HttpContext context, HeldResponse held)
    {
        Log.WrittenPast(logger);
        held.Settle();
        context.Abort();
    }

    private async Task ChallengeAsync(HttpContext context, HeldResponse held)
    {
        var pathBase = context.Request.PathBase;
        context.Request.PathBase = held.PathBase;
        try
        {
            await AnswerAsync(context, held);
        }
        finally
        {
            context.Request.PathBase = pathBase;
        }
    }

    private async Task AnswerAsync(HttpContext context, HeldResponse held)
    {
        var reply = await held.ReadReplyAsync();
        held.Settle();
        var form = writer.Available(held.Negotiated);
        if (form == ChallengeForm.OAuthError) passwordGrant.Note(context);
        if (Strictest(held.SignIns) is not { } decision)
        {
            await writer.WriteErrorAsync(context, form, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", TimeSpan.FromSeconds(5), held.Seal);
        }
        else if (decision.Outcome == MfaOutcome.Denied)
        {
            await WriteEventAsync(held, decision, MfaEventNames.SignInDenied);
            recorder.Held(held.SignIns[0].Request.ToPolicyContext(), held.SignIns[0].Made with { Decision = decision });
            await writer.WriteErrorAsync(context, form, StatusCodes.Status403Forbidden, "access_denied", null, held.Seal);
        }
        else
        {
            await MakeAsync(context, held, form, decision, reply);
        }
    }

    private async Task MakeAsync(HttpContext context, HeldResponse held, ChallengeForm form, MfaDecision decision, HeldReply reply)
    {
        var isBrowser = form is ChallengeForm.Page or ChallengeForm.Htmx;
        var payload = PayloadMaker.Make(context, held.SignIns, decision, reply, isBrowser ? map : null);
        if (payload is { ComesBack: true, Original: null })
        {
            // Fail closed: nobody could tell whether a repeat of this request is the same.
            Log.NotRepeatable(logger, held.SignIns[0].Request.Scheme.Name);
            await writer.WriteErrorAsync(context, form, StatusCodes.Status403Forbidden, "access_denied", null, held.Seal);
            return;
        }

        try
        {
            var token = await ids.NewTokenAsync(held.SignIns[0].Request.Subject, context.RequestAborted);
            var (result, session) = await sessions.MakeAsync(NewSession(context, held, form, token, payload), settings.Current, context.RequestAborted);
            if (result is CreateResult.Created)
            {
                await WriteEventAsync(held, decision, MfaEventNames.SignInChallenged);
                recorder.Held(held.SignIns[0].Request.ToPolicyContext(), held.SignIns[0].Made with { Decision = decision }, session.Id);
                await writer.WriteAsync(context, form, session, token, held.Seal);
            }
            else if (result is CreateResult.TooManyForSubject tooMany)
            {
                await writer.WriteErrorAsync(context, form, StatusCodes.Status429TooManyRequests, "too_many_sessions", tooMany.RetryAfter, held.Seal);
            }
            else
            {
                await Unavailable(context, form, held);
            }
        }
        catch (Exception e) when (e is MfaUnavailableException or CryptographicException && !context.Response.HasStarted)
        {
            Log.StoreFailed(logger, e);
            await Unavailable(context, form, held);
        }
    }

    private NewSession NewSession(HttpContext context, HeldResponse held, ChallengeForm form, MfaToken token, PendingPayload payload)
    {
        var request = held.SignIns[0].Request;
        var isBrowser = form is ChallengeForm.Page or ChallengeForm.Htmx;
        return new NewSession(
            isBrowser ? PendingSessionKind.Browser : PendingSessionKind.Json,
            PendingSessionPurpose.SignIn,
            request.Subject,
            Network.Of(request.RemoteAddress),
            payload,
            isBrowser ? binding.Bind(context, token.SessionId) : token.SecretHash,
            token.SessionId);
    }

    private Task Unavailable(HttpContext context, ChallengeForm form, HeldResponse held) =>
        writer.WriteErrorAsync(context, form, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", TimeSpan.FromSeconds(5), held.Seal);

    /// <summary>One session completes all the sign-ins of a request, so it asks what the strictest of them asks.</summary>
    private static MfaDecision? Strictest(IReadOnlyList<CapturedSignIn> signIns)
    {
        // Fail closed: where one of them could not be decided, none is.
        if (signIns.Any(s => s.Decision is null)) return null;
        var strictest = signIns.Select(s => s.Decision!).MaxBy(d => d.Outcome)!;
        return strictest with
        {
            MinimumStrength = signIns.Max(s => s.Decision!.MinimumStrength),
            RequiresUserVerification = signIns.Any(s => s.Decision!.RequiresUserVerification),
        };
    }

    private Task WriteEventAsync(HeldResponse held, MfaDecision decision, string name) => events.WriteAsync(new MfaEvent
    {
        Name = name,
        Subject = held.SignIns[0].Request.Subject,
        At = held.SignIns[0].Request.Now,
        Scheme = held.SignIns[0].Request.Scheme.Name,
        Rule = decision.Rule,
        Reasons = decision.Reasons,
        Decision = decision,
    });

    /// <summary>The first type on the stack that is neither the framework's nor ours; where the response starts on a stack of its own, there is none.</summary>
    private static string CulpritOf(StackTrace stack) => stack.GetFrames()
        .Select(frame => frame.GetMethod()?.DeclaringType)
        .Where(type => type is not null && type.Assembly != typeof(HeldSignInResponder).Assembly)
        .Select(type => type is { IsNested: true, DeclaringType: { } outer } ? outer.FullName : type!.FullName)
        .FirstOrDefault(name => name is not null && !Framework.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))) ?? "an unknown middleware";

    private static readonly string[] Framework = ["System.", "Microsoft."];

    private static partial class Log
    {
        [LoggerMessage(121, LogLevel.Error, "{Culprit} started the response of a sign-in that waits for its second factor. The challenge was sent in its place; its own output was dropped.")]
        public static partial void ResponseStolen(ILogger logger, string culprit);

        [LoggerMessage(122, LogLevel.Error, "The pending-session store or the key ring failed: the sign-in is answered with 503.")]
        public static partial void StoreFailed(ILogger logger, Exception exception);

        [LoggerMessage(124, LogLevel.Error, "A sign-in to {Scheme} needs its request again once the second factor is verified, and this one can't be repeated: its form has files, is larger than 32 KB, or was read by hand.")]
        public static partial void NotRepeatable(ILogger logger, string scheme);

        [LoggerMessage(123, LogLevel.Error, "A response writer from before a sign-in that waits for its second factor was written to. The connection was ended: the output would have preceded the challenge.")]
        public static partial void WrittenPast(ILogger logger);
    }
}
