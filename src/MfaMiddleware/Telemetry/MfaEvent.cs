using MfaMiddleware.Policies;

namespace MfaMiddleware.Telemetry;

/// <summary>Something that happened to a user's factors or sign-in: the audit record.</summary>
public sealed record MfaEvent
{
    /// <summary>What happened; one of <see cref="MfaEventNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is; null for a <see cref="MfaEventNames.BypassAttempted"/> whose request doesn't say.</summary>
    public required MfaSubject? Subject { get; init; }

    /// <summary>Who did it, where that was somebody else than the user: an administrator.</summary>
    public MfaSubject? Actor { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The method, where one was used.</summary>
    public string? Method { get; init; }

    /// <summary>The factor, where one was used.</summary>
    public string? FactorId { get; init; }

    /// <summary>The scheme of the sign-in.</summary>
    public string? Scheme { get; init; }

    /// <summary>The rule of the decision.</summary>
    public string? Rule { get; init; }

    /// <summary>Why: short codes.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The whole decision with what each signal found, for the events of a sign-in that was decided; else null.</summary>
    public MfaDecision? Decision { get; init; }

    /// <summary>The trace id of the request, to find its log lines.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>The names of the events.</summary>
public static class MfaEventNames
{
    /// <summary>A sign-in passed without a challenge.</summary>
    public const string SignInPassed = "SignInPassed";

    /// <summary>A sign-in passed because the host said so.</summary>
    public const string SignInBypassed = "SignInBypassed";

    /// <summary>A sign-in was challenged.</summary>
    public const string SignInChallenged = "SignInChallenged";

    /// <summary>A sign-in was refused by the policy or at completion.</summary>
    public const string SignInDenied = "SignInDenied";

    /// <summary>A challenged sign-in completed.</summary>
    public const string SignInCompleted = "SignInCompleted";

    /// <summary>A fresh proof was given.</summary>
    public const string StepUpCompleted = "StepUpCompleted";

    /// <summary>An answer came and is about to be checked: only under <see cref="MfaOptions.AuditRequired"/>, where without this entry it isn't.</summary>
    public const string AnswerReceived = "AnswerReceived";

    /// <summary>An answer was wrong.</summary>
    public const string AnswerRejected = "AnswerRejected";

    /// <summary>A code came that had been used before.</summary>
    public const string OtpReplayed = "OtpReplayed";

    /// <summary>A key's signature counter went back: somebody may have a copy of it. Tell the owner.</summary>
    public const string AuthenticatorMayBeCopied = "AuthenticatorMayBeCopied";

    /// <summary>The primary sign-in was right and the second factor failed three times: tell the owner.</summary>
    public const string MfaFailedAfterPassword = "MfaFailedAfterPassword";

    /// <summary>The attempts of a pending session are used up.</summary>
    public const string AttemptsExhausted = "AttemptsExhausted";

    /// <summary>An answer came while the account must wait.</summary>
    public const string AccountThrottled = "AccountThrottled";

    /// <summary>Guessable methods are off until a phishing-resistant proof or an administrator.</summary>
    public const string AccountCapped = "AccountCapped";

    /// <summary>A factor was added: tell the owner.</summary>
    public const string FactorAdded = "FactorAdded";

    /// <summary>Another phone number was added; the event's factor is one that the account had before. A message told its number.</summary>
    public const string PhoneNumberAdded = "PhoneNumberAdded";

    /// <summary>Hardly any code sent to a prefix came back: no message goes there for an hour. The reason names the prefix: <c>prefix_49151</c>.</summary>
    public const string SmsPrefixSwitchedOff = "SmsPrefixSwitchedOff";

    /// <summary>A factor was proved that doesn't suffice for the sign-in: its user may set up a stronger one.</summary>
    public const string FactorProved = "FactorProved";

    /// <summary>A factor was renamed.</summary>
    public const string FactorRenamed = "FactorRenamed";

    /// <summary>A token was brought back into step.</summary>
    public const string FactorResynchronized = "FactorResynchronized";

    /// <summary>A factor was removed: tell the owner.</summary>
    public const string FactorRemoved = "FactorRemoved";

    /// <summary>A first factor was refused because another was first: tell the owner.</summary>
    public const string EnrollmentRefused = "EnrollmentRefused";

    /// <summary>A recovery code was used: tell the owner.</summary>
    public const string RecoveryCodeUsed = "RecoveryCodeUsed";

    /// <summary>An administrator gave an access code out: tell the owner.</summary>
    public const string AccessCodeIssued = "AccessCodeIssued";

    /// <summary>An access code was used: tell the owner.</summary>
    public const string AccessCodeUsed = "AccessCodeUsed";

    /// <summary>An administrator took all factors away: tell the owner.</summary>
    public const string FactorsReset = "FactorsReset";

    /// <summary>A browser that knew its user is forgotten: tell the owner.</summary>
    public const string DeviceRemoved = "DeviceRemoved";

    /// <summary>Every browser that knew its user is forgotten: tell the owner.</summary>
    public const string DevicesRemoved = "DevicesRemoved";

    /// <summary>What was remembered of a user's sign-ins is deleted, devices included: tell the owner.</summary>
    public const string HistoryDeleted = "HistoryDeleted";

    /// <summary>A new set of recovery codes was issued: tell the owner.</summary>
    public const string RecoveryCodesReplaced = "RecoveryCodesReplaced";

    /// <summary>
    /// A request tried to get around the gate. The reason: <c>foreign_origin</c>, <c>stamp_does_not_verify</c>, <c>pending_token_as_credential</c>,
    /// <c>enrollment_with_a_factor</c>, <c>proof_for_another_request</c>, or what a host reported.
    /// </summary>
    public const string BypassAttempted = "BypassAttempted";
}
