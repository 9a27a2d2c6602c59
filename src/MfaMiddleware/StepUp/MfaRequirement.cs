using MfaMiddleware.Interposition;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>A demand as the authorization middleware knows it.</summary>
/// <param name="MaxAge">How old a proof may be, each by itself.</param>
/// <param name="Strength">What one of them must be worth.</param>
/// <param name="Ways">The ways to meet it; empty for any proof.</param>
internal sealed record MfaRequirement(TimeSpan MaxAge, MfaStrength Strength, IReadOnlyList<MethodCombination> Ways) : IAuthorizationRequirement
{
    public bool IsMetBy(MfaStamp stamp, MfaOptions options, DateTimeOffset now)
    {
        var proofs = FreshOf(stamp, now);
        if (Ways.Count == 0) return proofs.Any(p => p.Strength >= Strength);
        List<string> primary = [.. SecondFactorClaims.PrimaryOf(stamp, options)];
        return Ways.Any(way => way.IsMetBy(primary, proofs, Strength));
    }

    public IReadOnlyList<MfaProof> FreshOf(MfaStamp? stamp, DateTimeOffset now) =>
        stamp?.Proof is { } proof ? [.. proof.ByMethod().Where(p => p.IsYoungerThan(MaxAge, now))] : [];
}

/// <summary>Looks at the stamps of the sessions that were authenticated in this request: claims alone prove nothing.</summary>
internal sealed class MfaRequirementHandler(SubjectReader subjects, MfaSettings settings, TimeProvider time) : AuthorizationHandler<MfaRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MfaRequirement requirement)
    {
        // Fail closed: outside a request there is no session to look at.
        if (context.Resource is HttpContext http && HasProof(http, context, requirement)) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private bool HasProof(HttpContext http, AuthorizationHandlerContext context, MfaRequirement requirement)
    {
        if (MfaRequestState.Find(http) is not { } state || subjects.TryRead(http, context.User) is not { } subject) return false;
        var now = time.GetUtcNow();
        return state.Authenticated.Any(stamp => stamp.IsFor(subject) && requirement.IsMetBy(stamp, settings.Current, now));
    }
}
