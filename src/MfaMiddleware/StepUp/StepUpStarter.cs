using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>What became of a step-up that was to begin: one of the nested types.</summary>
internal abstract record StepUpStart
{
    private StepUpStart()
    {
    }

    public sealed record Started(OpenSession Session, MfaToken Token) : StepUpStart;

    /// <summary>The scheme of the session can't sign in, so no proof could be put into it.</summary>
    public sealed record NotSupported : StepUpStart;

    /// <summary>The user has factors, and none that would do.</summary>
    public sealed record NoSufficientFactor : StepUpStart;

    /// <summary>The user has no factor, and signed in too long ago to set one up.</summary>
    public sealed record SignInAgain : StepUpStart;

    public sealed record TooMany(TimeSpan RetryAfter) : StepUpStart;

    public sealed record Full : StepUpStart;
}

/// <summary>Makes a pending session whose sign-in is the present session: completing it issues that session again, with a fresh proof.</summary>
internal sealed class StepUpStarter(
    FactorStore factors, OfferMaker offers, MethodRegistry methods, SessionMaker maker, SessionIds ids, BrowserBinding binding, GatedSchemes gated, MfaSettings settings, TimeProvider time)
{
    public async Task<StepUpStart> StartAsync(
        HttpContext context, SignedInSession session, StepUpDemand demand, PendingSessionKind kind, HeldReply reply, string returnUrl, OriginalRequest? original = null)
    {
        if (!typeof(IAuthenticationSignInHandler).IsAssignableFrom(session.Scheme.HandlerType) || !gated.SignsInNow(session.Scheme)) return new StepUpStart.NotSupported();

        var payload = PayloadOf(session, demand, reply, returnUrl) with { Original = original, IsReturnUrlAsked = original is null };
        var account = await factors.FindAsync(session.Subject, context.RequestAborted);
        if (offers.For(account, payload, settings.Current).Count == 0)
        {
            // Fail closed: who has a factor proves it before setting up another.
            if (account.IsEnrolled) return new StepUpStart.NoSufficientFactor();
            if (!session.MaySetUpFirst(time.GetUtcNow())) return new StepUpStart.SignInAgain();
            if (!methods.Enrollable(demand.Strength, settings.Current, demand.Methods).Any()) return new StepUpStart.NoSufficientFactor();
            payload = payload with { Outcome = MfaOutcome.EnrollmentRequired };
        }

        return await MakeAsync(context, session, kind, payload);
    }

    private async Task<StepUpStart> MakeAsync(HttpContext context, SignedInSession session, PendingSessionKind kind, PendingPayload payload)
    {
        var token = await ids.NewTokenAsync(session.Subject, context.RequestAborted);
        var made = new NewSession(
            kind,
            PendingSessionPurpose.StepUp,
            session.Subject,
            Network.Of(context.Connection.RemoteIpAddress),
            payload,
            kind == PendingSessionKind.Browser ? binding.Bind(context, token.SessionId) : token.SecretHash,
            token.SessionId);
        var (result, open) = await maker.MakeAsync(made, settings.Current, context.RequestAborted);
        return result switch
        {
            CreateResult.Created => new StepUpStart.Started(open, token),
            CreateResult.TooManyForSubject tooMany => new StepUpStart.TooMany(tooMany.RetryAfter),
            _ => new StepUpStart.Full(),
        };
    }

    private static PendingPayload PayloadOf(SignedInSession session, StepUpDemand demand, HeldReply reply, string returnUrl) => new()
    {
        Outcome = MfaOutcome.Required,
        Rule = session.Stamp?.Rule ?? "step_up",
        Reasons = ["step_up"],
        MinimumStrength = demand.Strength,
        Methods = demand.Methods,
        AccountName = PayloadMaker.AccountNameOf(session.Principal, session.Subject),
        // Fail closed: a session from before adoption doesn't say when it began, so it began long ago.
        SignIns = [PayloadMaker.ToPending(session.Scheme.Name, session.Principal, session.Properties, session.Stamp?.SignedInAt ?? 0)],
        Reply = reply,
        ReturnUrl = returnUrl,
    };
}
