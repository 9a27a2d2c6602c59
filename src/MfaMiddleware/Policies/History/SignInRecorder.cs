using System.Security.Claims;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>Keeps each sign-in with its decision in its user's history. Nobody waits for it.</summary>
internal sealed class SignInRecorder(HistoryWriter writer, NetworkActivity activity, MfaSettings settings)
{
    private const int MaxRoles = 20;
    private const int MaxText = 256;

    /// <summary>A sign-in that was denied, or that waits in the session of that id.</summary>
    public void Held(MfaPolicyContext signIn, MadeDecision made, string? id = null)
    {
        var (options, append) = (settings.Current, Appending(signIn, made, id ?? MfaToken.New().SessionId));
        if (!made.IsForTravel) writer.Enqueue(signIn.Subject, history => append(history, history, options));
        else writer.Enqueue(signIn.Subject, signIn.RemoteAddress, (history, place) => append(history, DeviceChanges.TravelAsked(history, made.Device.Device!.Key, signIn, place), options));
    }

    /// <summary>A sign-in that passed. Where it was is learned only from a browser that is known to be the owner's.</summary>
    public void Passed(MfaPolicyContext signIn, MadeDecision made)
    {
        var (options, decision) = (settings.Current, made.Decision!);
        // A user who is never asked needs no history, nor anybody to write it.
        if (decision.Outcome == MfaOutcome.NotRequired && decision is { Risk: null, Observed: null, HasFactor: null, EnrollBy: null } && made.Proof is null && !made.Device.IsKnown) return;

        var append = Appending(signIn, made, MfaToken.New().SessionId);
        if (made.Device is not { IsKnown: true, Device: { } device }) writer.Enqueue(signIn.Subject, history => append(history, history, options));
        else writer.Enqueue(signIn.Subject, signIn.RemoteAddress, (history, place) => append(history, DeviceChanges.Seen(history, device.Key, signIn, place, options), options));
    }

    /// <summary>A wrong answer to a challenge.</summary>
    public void AnswerFailed(MfaSubject subject, string network, DateTimeOffset now) =>
        writer.Enqueue(subject, history => history.Failed(new FailedSignIn(now, FailureKind.Answer, network)));

    /// <summary>What adds the record to a history; what the decision knew is what was known, also where more is by now.</summary>
    private Func<SignInHistory, SignInHistory, MfaOptions, SignInHistory> Appending(MfaPolicyContext signIn, MadeDecision made, string id)
    {
        var record = RecordOf(signIn, made.Decision!, id);
        var failedUsers = activity.FailedUsersOf(Interposition.Network.Of(signIn.RemoteAddress), signIn.Now);
        return (before, after, options) =>
            SignInLog.Append(after, record, KnownBefore.Of(signIn, made, made.Known ?? new LoadedHistory(before, 0, null), failedUsers, options), options);
    }

    private static MfaSignInRecord RecordOf(MfaPolicyContext signIn, MfaDecision decision, string id) => new()
    {
        Id = id,
        At = signIn.Now,
        Scheme = signIn.Scheme,
        Client = signIn.Client,
        Path = Short(signIn.Path),
        Roles = RolesOf(signIn.Principal),
        Address = signIn.RemoteAddress?.ToString(),
        Agent = signIn.Browser.Agent,
        Device = signIn.Browser.KeyFor(signIn.Subject),
        Outcome = decision.Observed ?? decision.Outcome,
        Rule = decision.Rule,
        Reasons = decision.Reasons,
        IsObserved = decision.Observed is not null,
        Risk = decision.Risk,
        HadFactor = decision.HasFactor,
    };

    private static List<string> RolesOf(ClaimsPrincipal principal) =>
        [.. principal.Identities.SelectMany(i => i.FindAll(i.RoleClaimType)).Select(c => Short(c.Value)).Distinct().Take(MaxRoles)];

    private static string Short(string text) => text.Length > MaxText ? text[..MaxText] : text;
}
