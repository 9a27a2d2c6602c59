using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>Lets a sign-in pass, stamped. One of the two places that call the inner <c>SignInAsync</c>; the other is the completer.</summary>
internal sealed partial class SignInPassThrough(TicketStamper stamper, MfaEvents events, ILogger<SignInPassThrough> logger)
{
    /// <summary>The rule of a session that the host let pass for a reason of its own.</summary>
    public const string BypassRule = "bypass";

    public static Task ExemptAsync(HttpContext context, AuthenticationScheme scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        InnerAuthentication.Of(context).SignInAsync(context, scheme.Name, principal, properties);

    public Task PassAsync(HttpContext context, SignInRequest request, MfaStamp stamp)
    {
        var (principal, properties) = stamper.Stamp(request.Scheme, request.Principal, request.Properties, stamp);
        return InnerAuthentication.Of(context).SignInAsync(context, request.Scheme.Name, principal, properties);
    }

    /// <returns>Whether it passed: it doesn't where an audit is required that can't be written, here and below.</returns>
    public async Task<bool> PassAsync(HttpContext context, SignInRequest request, MfaDecision decision, MfaProof? proof)
    {
        if (!await events.TryRequireAsync(Event(request, MfaEventNames.SignInPassed) with { Rule = decision.Rule, Reasons = decision.Reasons, Decision = decision })) return false;
        var stamp = StampFor(request, decision.Rule, proof) with
        {
            EnrollBy = decision.EnrollBy?.ToUnixTimeSeconds(),
            ShowedAttack = decision.Risk is { IsAttack: true } ? true : null,
        };
        await PassAsync(context, request, stamp);
        return true;
    }

    /// <summary>A sign-in whose challenge was answered, in the repeat of its request.</summary>
    public async Task<bool> CompleteAsync(HttpContext context, SignInRequest request, MfaStamp stamp)
    {
        var completed = Event(request, MfaEventNames.SignInCompleted) with { Rule = stamp.Rule, Reasons = ["verified"], Method = stamp.Proof?.Methods[0] };
        if (!await events.TryRequireAsync(completed)) return false;
        await PassAsync(context, request, stamp);
        return true;
    }

    /// <summary>The host answers in words of its own; nobody is signed in.</summary>
    /// <returns>Whether it has answered; else the sign-in is challenged as usual.</returns>
    public async Task<bool> LeaveToHostAsync(HttpContext context, SignInRequest request, MfaDecision decision)
    {
        if (request.Properties.GetOnMfaRequired() is not { } answer) return false;
        var required = new MfaRequiredContext(context, request.Scheme.Name, request.Subject, decision.Outcome);
        await answer(required);
        if (required.IsLeftToGate) return false;
        await events.WriteAsync(Event(request, MfaEventNames.SignInDenied) with { Rule = decision.Rule, Reasons = [.. decision.Reasons, "answered_by_host"], Decision = decision });
        return true;
    }

    public async Task<bool> BypassAsync(HttpContext context, SignInRequest request, string reason)
    {
        if (!await events.TryRequireAsync(Event(request, MfaEventNames.SignInBypassed) with { Rule = BypassRule, Reasons = [reason] })) return false;
        await PassAsync(context, request, StampFor(request, BypassRule, null));
        return true;
    }

    public async Task<bool> GateIsOpenAsync(HttpContext context, SignInRequest request)
    {
        Log.GateIsOpen(logger, request.Scheme.Name);
        if (!await events.TryRequireAsync(Event(request, MfaEventNames.SignInBypassed) with { Rule = "gate_open", Reasons = ["mfa_disabled"] })) return false;
        await PassAsync(context, request, StampFor(request, "gate_open", null));
        return true;
    }

    private static MfaStamp StampFor(SignInRequest request, string rule, MfaProof? proof) => new()
    {
        Realm = request.Subject.Realm,
        SubjectId = request.Subject.Id,
        Scheme = request.Scheme.Name,
        Rule = rule,
        SignedInAt = request.Now.ToUnixTimeSeconds(),
        Primary = SecondFactorClaims.PrimaryOf(request.Principal),
        Proof = proof,
    };

    private static MfaEvent Event(SignInRequest request, string name) =>
        new() { Name = name, Subject = request.Subject, At = request.Now, Scheme = request.Scheme.Name };

    private static partial class Log
    {
        [LoggerMessage(101, LogLevel.Critical, "MFA is off (Mfa:Enabled is false): a sign-in to {Scheme} passed without a second factor.")]
        public static partial void GateIsOpen(ILogger logger, string scheme);
    }
}
