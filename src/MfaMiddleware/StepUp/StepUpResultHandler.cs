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
    StepUpResponder responder) : IAuthorizationMiddlewareResultHandler
{
    /// <summary>The key of the handler that the host has so far.</summary>
    public const string InnerKey = "MfaMiddleware.InnerResultHandler";

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (DemandOf(policy, authorizeResult) is { } demand
            && await finder.FindAsync(context, policy.AuthenticationSchemes) is { } session
            && subjects.TryRead(context, context.User) == session.Subject)
        {
            await responder.RespondAsync(context, session, demand);
            return;
        }

        await inner.HandleAsync(next, context, policy, authorizeResult);
    }

    /// <summary>What the policy asks of the proof, if nothing else of the policy failed.</summary>
    private static StepUpDemand? DemandOf(AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        if (!result.Forbidden || result.AuthorizationFailure is not { FailCalled: false } failure) return null;
        return failure.FailedRequirements.Any() && failure.FailedRequirements.All(r => r is MfaRequirement)
            ? StepUpDemand.Combine(policy.Requirements.OfType<MfaRequirement>().Select(r => r.Demand))
            : null;
    }
}
