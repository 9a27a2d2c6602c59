namespace MfaMiddleware.Telemetry;

/// <summary>
/// Tells a user what happened to their account: <c>AddMfa().AddNotifier&lt;T&gt;()</c>. The host knows how to reach them, by mail for example, and never
/// by the factor that the notice is about. It holds up a sign-in for a quarter of a second at most; an exception is logged and stops nothing.
/// </summary>
public interface IMfaNotifier
{
    /// <summary>Tells one user of one thing.</summary>
    /// <param name="notice">What happened.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is on its way.</returns>
    ValueTask NotifyAsync(MfaNotice notice, CancellationToken cancellationToken);
}

/// <summary>What a user should hear of; it holds no secret and no code.</summary>
/// <param name="Event">One of <see cref="MfaEventNames"/>: <c>FactorAdded</c>, <c>FactorRemoved</c>, <c>FactorsReset</c>, <c>RecoveryCodeUsed</c>, <c>RecoveryCodesReplaced</c>,
/// <c>AccessCodeIssued</c>, <c>AccessCodeUsed</c>, <c>EnrollmentRefused</c>, <c>MfaFailedAfterPassword</c>, <c>AccountCapped</c>,
/// <c>AuthenticatorMayBeCopied</c>, <c>DeviceRemoved</c>, <c>DevicesRemoved</c>, <c>HistoryDeleted</c>.</param>
/// <param name="Subject">The user.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Method">The method, where one was used.</param>
/// <param name="ByAdministrator">Whether somebody else did it.</param>
public sealed record MfaNotice(string Event, MfaSubject Subject, DateTimeOffset At, string? Method, bool ByAdministrator);
