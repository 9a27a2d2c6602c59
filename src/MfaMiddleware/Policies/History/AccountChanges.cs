using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Policies.History;

/// <summary>Notes in a user's history what a thief would do first: a recovery code used, another phone number.</summary>
internal sealed class AccountChanges(HistoryWriter writer) : IOwnSink
{
    public ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (mfaEvent.Subject is { } subject && KindOf(mfaEvent) is { } kind) writer.Enqueue(subject, history => history.Changed(new AccountChange(mfaEvent.At, kind)));
        return ValueTask.CompletedTask;
    }

    private static ChangeKind? KindOf(MfaEvent mfaEvent) => mfaEvent.Name switch
    {
        MfaEventNames.RecoveryCodeUsed or MfaEventNames.AccessCodeUsed => ChangeKind.Recovery,
        // A first number is the enrolment itself: its proof follows at once.
        MfaEventNames.FactorAdded when mfaEvent.Method == SmsMethod.MethodName => ChangeKind.Phone,
        _ => null,
    };
}
