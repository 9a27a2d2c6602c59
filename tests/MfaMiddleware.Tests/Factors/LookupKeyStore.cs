using MfaMiddleware.Factors;
using Moq;

namespace MfaMiddleware.Tests.Factors;

/// <summary>The look-up key of a factor store, without the rest of it.</summary>
internal sealed class LookupKeyStore
{
    private string? _key;
    private int _calls;

    public LookupKeyStore()
    {
        var store = new Mock<IMfaFactorStore>(MockBehavior.Strict);
        store.Setup(s => s.GetOrAddLookupKeyAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string candidate, CancellationToken _) => GetOrAdd(candidate));
        Store = store.Object;
    }

    public IMfaFactorStore Store { get; }

    public string? Key
    {
        get => _key;
        set => _key = value;
    }

    public int Calls => _calls;

    public bool IsDown { get; set; }

    private async ValueTask<string> GetOrAdd(string candidate)
    {
        Interlocked.Increment(ref _calls);
        await Task.Yield();
        if (IsDown) throw new TimeoutException("The store is down.");
        return Interlocked.CompareExchange(ref _key, candidate, null) ?? candidate;
    }
}
