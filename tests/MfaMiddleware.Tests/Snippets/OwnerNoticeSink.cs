using System.Threading.Channels;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>Queues what a user should hear of; a background service of the app sends it, so that no sign-in waits for a mail server.</summary>
internal sealed class OwnerNoticeSink(Channel<MfaEvent> notices) : IMfaEventSink
{
    public async ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (mfaEvent.Name is MfaEventNames.FactorAdded or MfaEventNames.FactorRemoved or MfaEventNames.RecoveryCodeUsed or MfaEventNames.MfaFailedAfterPassword)
        {
            await notices.Writer.WriteAsync(mfaEvent, cancellationToken);
        }
    }
}
