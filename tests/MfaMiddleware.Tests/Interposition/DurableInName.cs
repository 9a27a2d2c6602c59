using MfaMiddleware.Factors;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A factor store that isn't the in-memory one, for hosts outside Development.</summary>
internal static class DurableInName
{
    public static void Add(MfaBuilder mfa)
    {
        var inner = new InMemoryFactorStore();
        var store = new Mock<IMfaFactorStore>();
        store.Setup(s => s.FindAsync(It.IsAny<MfaSubject>(), It.IsAny<CancellationToken>())).Returns<MfaSubject, CancellationToken>(inner.FindAsync);
        store.Setup(s => s.GetOrAddLookupKeyAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>(inner.GetOrAddLookupKeyAsync);
        mfa.Services.AddSingleton(store.Object);
    }
}
