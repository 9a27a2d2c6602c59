using System.Collections.Frozen;

namespace MfaMiddleware.Telemetry;

/// <summary>Chooses the events that their owner should hear of, and hands them to the host's notifiers.</summary>
internal sealed class OwnerNotices(IEnumerable<IMfaNotifier> notifiers) : IMfaEventSink
{
    private static readonly FrozenSet<string> ForTheOwner = FrozenSet.Create(
        StringComparer.Ordinal,
        MfaEventNames.FactorAdded, MfaEventNames.FactorRemoved, MfaEventNames.FactorsReset, MfaEventNames.RecoveryCodeUsed, MfaEventNames.RecoveryCodesReplaced,
        MfaEventNames.AccessCodeIssued, MfaEventNames.AccessCodeUsed, MfaEventNames.EnrollmentRefused, MfaEventNames.MfaFailedAfterPassword, MfaEventNames.AccountCapped,
        MfaEventNames.AuthenticatorMayBeCopied, MfaEventNames.DeviceRemoved, MfaEventNames.DevicesRemoved, MfaEventNames.HistoryDeleted);

    private readonly IMfaNotifier[] _notifiers = [.. notifiers];

    public async ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (_notifiers.Length == 0 || mfaEvent.Subject is not { } subject || !ForTheOwner.Contains(mfaEvent.Name)) return;
        var notice = new MfaNotice(mfaEvent.Name, subject, mfaEvent.At, mfaEvent.Method, mfaEvent.Actor is not null);
        foreach (var notifier in _notifiers) await notifier.NotifyAsync(notice, cancellationToken);
    }
}
