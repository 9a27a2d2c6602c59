using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TrustedDevices;
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
    SignInRecorder recorder,
    DeviceMemory devices,
    StampCodec codec,
    ComeBackFinder comeBacks,
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
        // Fail closed: what the audit had to take and didn't is answered as a sign-in that could not be decided, with 503.
        if (!await TryAsync(context, state, request)) await CaptureAsync(context, state, request, new MadeDecision(null, null));
    }

    private async Task<bool> TryAsync(HttpContext context, MfaRequestState state, SignInRequest request)
    {
        if (!settings.Current.Enabled) return await passThrough.GateIsOpenAsync(context, request);
        if (FindRefresh(state, request) is { } stamp && await others.ReviewAsync(stamp, context.RequestAborted) is { } refreshed && IsEnough(state, request, refreshed))
        {
            await passThrough.PassAsync(context, request, refreshed);
            return true;
        }

        if (request.BypassReason is { } reason) return await passThrough.BypassAsync(context, request, reason);
        if (await comeBacks.FindAsync(context, state, request) is { } proven && await IsEnoughAsync(context, request, proven))
            return await passThrough.CompleteAsync(context, request, proven);
        return await DecideAsync(context, state, request);
    }

    /// <summary>An authorization server signs in again when a code or a refresh token is redeemed: its stamp came along as a claim.</summary>
    private MfaStamp? FindRefresh(MfaRequestState state, SignInRequest request) =>
        PassFinder.FindRefresh(state, request) ?? (schemes.SignsInNow(request.Scheme) ? null : PassFinder.FindRedeemed(codec, request));

    /// <summary>Whether a session that is renewed has what the host asks of this one sign-in; a code or a refresh token is redeemed as it was.</summary>
    private bool IsEnough(MfaRequestState state, SignInRequest request, MfaStamp stamp) =>
        request.Demand is not { } demand || state.Completing is not null || !schemes.SignsInNow(request.Scheme)
        || demand.IsMetBy(stamp.Proof, settings.Current, request.Now);

    /// <summary>Fail closed: what doesn't suffice for the repeat is used up, and the sign-in is decided anew.</summary>
    private async Task<bool> IsEnoughAsync(HttpContext context, SignInRequest request, MfaStamp proven) =>
        // The owner may have taken the factor away while the proof was on its way.
        await others.ReviewAsync(proven, context.RequestAborted) is { Proof: { } proof }
        && await decisions.AcceptsAsync(request.ToPolicyContext(), request.Demand, proof, settings.Current, context.RequestAborted);

    private async Task<bool> DecideAsync(HttpContext context, MfaRequestState state, SignInRequest request)
    {
        var options = settings.Current;
        var proofs = PassFinder.FindProofs(state, request);
        var decision = await decisions.DecideAsync(request.ToPolicyContext(), request.Demand, proofs, options, context.RequestAborted);
        if (decision is { Decision.Outcome: MfaOutcome.NotRequired })
        {
            var signIn = request.ToPolicyContext();
            if (decision.Decision.Observed is not null) signIn = devices.Name(context, signIn);
            if (!await passThrough.PassAsync(context, request, decision.Decision, decision.Proof)) return false;
            recorder.Passed(signIn, decision);
            if (decision.WouldBeHeld) devices.Observe(signIn, decision);
            return true;
        }

        if (decision.Decision is not { } needed || !await passThrough.LeaveToHostAsync(context, request, needed)) await CaptureAsync(context, state, request, decision);
        return true;
    }

    private async Task CaptureAsync(HttpContext context, MfaRequestState state, SignInRequest request, MadeDecision made)
    {
        state.Held ??= HeldResponse.Begin(context, responder.StolenAsync);
        var comesBack = !schemes.SignsInNow(request.Scheme) || request.Properties.HasParameters();
        // A browser that is signed in to by the answering request has no use for it.
        if (comesBack || state.Held.Negotiated is ChallengeForm.Json or ChallengeForm.OAuthError) await state.OriginalAsync(context);
        state.Held.Capture(new CapturedSignIn(request.Freeze(), made.Decision) { Made = made, ComesBack = comesBack, IsKnownDevice = made.Device is { IsKnown: true, Device.IsObserved: false } });
    }
}
