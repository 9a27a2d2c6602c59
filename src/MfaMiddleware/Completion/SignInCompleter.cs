using System.Security.Claims;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TrustedDevices;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Completion;

/// <summary>
/// The way out: a consumed session becomes the sign-in that was captured. One of the two places that call the inner <c>SignInAsync</c>.
/// </summary>
internal sealed class SignInCompleter(
    TicketStamper stamper, SubjectReader subjects, GatedSchemes schemes, CompletionHooks hooks, DeviceMemory devices, MfaEvents events, TimeProvider time)
{
    /// <summary>Signs in now, in the answering request, to every captured scheme.</summary>
    /// <returns>What was signed in; null where the host refuses the user at the last moment.</returns>
    public async Task<CompletedSignIn?> SignInAsync(HttpContext context, VerificationResult.Accepted accepted)
    {
        if (await RereadAsync(context, accepted) is not { } tickets) return null;
        await AuditAsync(accepted);
        await devices.ProveAsync(context, accepted, tickets[0].Principal);
        using var output = new HandlerOutput(context);
        foreach (var cookie in accepted.Session.Payload.Reply.Cookies) context.Response.Headers.Append("Set-Cookie", cookie);
        List<ClaimsPrincipal> principals = [];
        foreach (var reread in tickets) principals.Add(await SignInAsync(context, accepted, reread));
        return new CompletedSignIn(principals[0], await output.SendAsync());
    }

    /// <summary>Whether the host has nothing against a sign-in that comes back; the repeat brings a principal of its own.</summary>
    public async Task<bool> MayComeBackAsync(HttpContext context, VerificationResult.Accepted accepted)
    {
        if (await RereadAsync(context, accepted) is not { } tickets) return false;
        await devices.ProveAsync(context, accepted, tickets[0].Principal);
        return true;
    }

    /// <summary>Every scheme is asked before the first is signed in to: nothing is half done.</summary>
    private async Task<List<Reread>?> RereadAsync(HttpContext context, VerificationResult.Accepted accepted)
    {
        var tickets = new List<Reread>();
        foreach (var signIn in accepted.Session.Payload.SignIns)
        {
            var (reread, whyNot) = await RereadAsync(context, accepted.Session, signIn);
            if (reread is null)
            {
                await events.WriteAsync(Event(accepted, MfaEventNames.SignInDenied, signIn.Scheme, "refused_at_completion", whyNot));
                return null;
            }

            tickets.Add(reread);
        }

        return tickets;
    }

    /// <summary>Before the first scheme is signed in to, and before the browser counts as known: where the audit is required, what it doesn't have must not happen.</summary>
    private async Task AuditAsync(VerificationResult.Accepted accepted)
    {
        var name = accepted.Session.Record.Purpose == PendingSessionPurpose.StepUp ? MfaEventNames.StepUpCompleted : MfaEventNames.SignInCompleted;
        foreach (var signIn in accepted.Session.Payload.SignIns)
        {
            // Fail closed. The answer and its session are used up by now: the user signs in again.
            if (!await events.TryRequireAsync(Event(accepted, name, signIn.Scheme, "verified"))) throw new MfaUnavailableException();
        }
    }

    private async Task<(Reread? Reread, string WhyNot)> RereadAsync(HttpContext context, OpenSession session, PendingSignIn signIn)
    {
        if (TicketSerializer.Default.Deserialize(signIn.Ticket) is not { } ticket || !schemes.IsGated(signIn.Scheme)) return (null, "scheme_is_gone");
        // Before the host's callbacks: a principal that they read anew doesn't say how its user signed in.
        var primary = SecondFactorClaims.PrimaryOf(ticket.Principal);
        var completing = new MfaCompletingContext(context, signIn.Scheme, ticket.Principal, session.Subject);
        if (!await hooks.RunAsync(completing)) return (null, completing.Reason ?? "refused_by_app");
        // Fail closed: a callback may refresh the user, not swap them.
        return subjects.TryRead(context, completing.Principal) == session.Subject
            ? (new Reread(signIn, completing.Principal, ticket.Properties, primary), "")
            : (null, "user_was_swapped");
    }

    private async Task<ClaimsPrincipal> SignInAsync(HttpContext context, VerificationResult.Accepted accepted, Reread reread)
    {
        var signIn = reread.SignIn;
        var isStepUp = accepted.Session.Record.Purpose == PendingSessionPurpose.StepUp;
        var stamp = new MfaStamp
        {
            Realm = accepted.Session.Subject.Realm,
            SubjectId = accepted.Session.Subject.Id,
            Scheme = signIn.Scheme,
            Rule = accepted.Session.Payload.Rule,
            SignedInAt = signIn.SignedInAt,
            Primary = reread.Primary,
            Proof = isStepUp ? accepted.Proof.After(ProofsOf(context, accepted.Session.Subject, signIn.Scheme)) : accepted.Proof,
        };
        var scheme = await context.RequestServices.SchemeAsync(signIn.Scheme);
        var (principal, properties) = stamper.Stamp(scheme, reread.Principal, reread.Properties, stamp);
        // The cookie handler would redirect to it, wherever it leads; where the client goes was decided when the sign-in was captured.
        properties.RedirectUri = null;

        // What a handler signs in to on the way (a forward, an event) belongs to the same user and carries the same proof.
        var state = MfaRequestState.Of(context);
        state.Completing = stamp;
        try
        {
            await InnerAuthentication.Of(context).SignInAsync(context, signIn.Scheme, principal, properties);
        }
        finally
        {
            state.Completing = null;
        }

        // The session is this request's from here on: a host that goes on with it, to a code or a token, isn't challenged again.
        state.Authenticated.Add(stamp);
        return stamper.PrincipalOf(reread.Principal, stamp);
    }

    /// <summary>What the session that steps up has proved so far, as this very request found it: void proofs are gone from there.</summary>
    private static IEnumerable<MfaProof> ProofsOf(HttpContext context, MfaSubject subject, string scheme) =>
        MfaRequestState.Of(context).Authenticated.Where(s => s.Scheme == scheme && s.IsFor(subject)).Select(s => s.Proof).OfType<MfaProof>();

    private MfaEvent Event(VerificationResult.Accepted accepted, string name, string scheme, params string[] reasons) => new()
    {
        Name = name,
        Subject = accepted.Session.Subject,
        At = time.GetUtcNow(),
        Method = accepted.Proof.Methods[0],
        Scheme = scheme,
        Rule = accepted.Session.Payload.Rule,
        Reasons = reasons,
    };

    /// <summary>A captured sign-in after the host's last word.</summary>
    /// <param name="SignIn">As it was captured.</param>
    /// <param name="Principal">The host's, which may be a fresh one.</param>
    /// <param name="Properties">As they were captured.</param>
    /// <param name="Primary">What the principal said of the primary sign-in when it was captured.</param>
    private sealed record Reread(PendingSignIn SignIn, ClaimsPrincipal Principal, AuthenticationProperties Properties, IReadOnlyList<string> Primary);
}

/// <summary>A sign-in that was made in the answering request.</summary>
/// <param name="Principal">Whose it is, as a request with the new session would see them.</param>
/// <param name="IsAnswered">Whether a handler has written the answer.</param>
internal sealed record CompletedSignIn(ClaimsPrincipal Principal, bool IsAnswered);
