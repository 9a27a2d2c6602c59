using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Factors;

namespace MfaMiddleware.Tests.Factors;

public sealed class InMemoryFactorStoreTests : FactorStoreContract
{
    protected override Task<IMfaFactorStore> CreateStoreAsync() => Task.FromResult<IMfaFactorStore>(new InMemoryFactorStore());
}
