using MfaMiddleware.Interposition;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>A demand as the authorization middleware knows it.</summary>
internal sealed record MfaRequirement(StepUpDemand Demand) : IAuthorizationRequirement;

/// <summary>Looks at the stamps of the sessions that were authenticated in this request: claims alone prove nothing.</summary>
internal sealed class MfaRequirementHandler(SubjectReader subjects, TimeProvider time) : AuthorizationHandler<MfaRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MfaRequirement requirement)
    {
        // Fail closed: outside a request there is no session to look at.
        if (context.Resource is HttpContext http && HasProof(http, context, requirement.Demand)) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private bool HasProof(HttpContext http, AuthorizationHandlerContext context, StepUpDemand demand)
    {
        if (MfaRequestState.Find(http) is not { } state || subjects.TryRead(http, context.User) is not { } subject) return false;
        var now = time.GetUtcNow();
        return state.Authenticated.Any(stamp => stamp.IsFor(subject) && stamp.Proof is { } proof && demand.IsMetBy(proof, now));
    }
}
