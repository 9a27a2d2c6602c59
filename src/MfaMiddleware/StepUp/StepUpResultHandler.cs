using MfaMiddleware.Interposition;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.StepUp;

/// <summary>Turns "forbidden" into a step-up where the proof of MFA is all that is missing; everything else stays the host's handler's.</summary>
internal sealed class StepUpResultHandler(
    [FromKeyedServices(StepUpResultHandler.InnerKey)] IAuthorizationMiddlewareResultHandler inner,
    SignedInFinder finder,
    SubjectReader subjects,
    StepUpNeeds needs,
    KeptForms keptForms,
    StepUpResponder responder) : IAuthorizationMiddlewareResultHandler
{
    /// <summary>The key of the handler that the host has so far.</summary>
    public const string InnerKey = "MfaMiddleware.InnerResultHandler";

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (LacksProof(authorizeResult)
            && await finder.FindAsync(context, policy.AuthenticationSchemes) is { } session
            && subjects.TryRead(context, context.User) == session.Subject
            && DemandOf(session, policy, authorizeResult.AuthorizationFailure!) is { } demand)
        {
            await responder.RespondAsync(context, session, demand);
            return;
        }

        if (authorizeResult.Succeeded && policy.Requirements.Any(r => r is MfaRequirement)) await keptForms.ForgetAsync(context);
        await inner.HandleAsync(next, context, policy, authorizeResult);
    }

    /// <summary>Whether nothing else of the policy failed.</summary>
    private static bool LacksProof(PolicyAuthorizationResult result) =>
        result is { Forbidden: true, AuthorizationFailure: { FailCalled: false } failure }
        && failure.FailedRequirements.Any() && failure.FailedRequirements.All(r => r is MfaRequirement);

    private StepUpDemand? DemandOf(SignedInSession session, AuthorizationPolicy policy, AuthorizationFailure failure)
    {
        List<MfaRequirement> failed = [.. failure.FailedRequirements.OfType<MfaRequirement>()];
        return needs.Next(session.Stamp, failed, policy.Requirements.OfType<MfaRequirement>().Except(failed));
    }
}
