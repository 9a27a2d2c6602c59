using System.Security.Claims;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>The way in, as a table: each line is a stage. Nothing is stored here: a sign-in passes, or is captured until the host is done.</summary>
internal sealed class SignInInterposer(
    SignInRequestReader reader,
    GatedSchemes schemes,
    MfaSettings settings,
    OtherSessions others,
    DecisionMaker decisions,
    SignInPassThrough passThrough,
    HeldSignInResponder responder)
{
    public async Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties)
    {
        var state = MfaRequestState.Of(context);
        var target = await reader.ResolveSchemeAsync(context, scheme, principal);
        if (schemes.ExemptionOf(target.Name) is not null)
        {
            await SignInPassThrough.ExemptAsync(context, target, principal, properties);
            return;
        }

        var request = reader.Read(context, target, principal, properties);
        if (!settings.Current.Enabled)
        {
            await passThrough.GateIsOpenAsync(context, request);
        }
        else if (PassFinder.FindRefresh(state, request) is { } stamp && await others.ReviewAsync(stamp, context.RequestAborted) is { } refreshed)
        {
            await passThrough.PassAsync(context, request, refreshed);
        }
        else if (request.BypassReason is { } reason)
        {
            await passThrough.BypassAsync(context, request, reason);
        }
        else
        {
            await DecideAsync(context, state, request);
        }
    }

    private async Task DecideAsync(HttpContext context, MfaRequestState state, SignInRequest request)
    {
        var options = settings.Current;
        var decision = await decisions.DecideAsync(request.ToPolicyContext(), PassFinder.FindProofs(state, request), options, context.RequestAborted);
        if (decision is { Decision.Outcome: MfaOutcome.NotRequired })
        {
            await passThrough.PassAsync(context, request, decision.Decision, decision.Proof);
            return;
        }

        CanBeCompleted(request.Scheme);
        state.Held ??= HeldResponse.Begin(context, responder.StolenAsync);
        state.Held.Capture(new CapturedSignIn(request.Freeze(), decision.Decision));
    }

    private void CanBeCompleted(AuthenticationScheme scheme)
    {
        if (schemes.SignsInNow(scheme)) return;
        // Fail closed: a handler that needs its own request again (an authorization server's) is not signed in to from the answering request.
        throw new InvalidOperationException(
            $"The scheme '{scheme.Name}' ({scheme.HandlerType.Name}) is neither the framework's cookie nor its bearer-token handler. If it can sign in " +
            $"during any request, add \"Mfa\": {{ \"SignInNowSchemes\": [ \"{scheme.Name}\" ] }}; if it is an intermediate step, exempt it with a reason.");
    }
}
