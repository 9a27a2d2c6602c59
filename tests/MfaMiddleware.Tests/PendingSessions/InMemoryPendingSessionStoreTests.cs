using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.PendingSessions;

namespace MfaMiddleware.Tests.PendingSessions;

public sealed class InMemoryPendingSessionStoreTests : PendingSessionStoreContract
{
    protected override ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock) => new(new InMemoryPendingSessionStore(clock));
}
