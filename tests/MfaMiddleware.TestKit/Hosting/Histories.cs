using MfaMiddleware.Policies.History;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>What a host adds to its users' histories it writes in the background.</summary>
public static class Histories
{
    /// <summary>Waits until all that was added so far is in the store.</summary>
    public static Task HistoriesWrittenAsync(this IServiceProvider services) => services.GetRequiredService<HistoryWriter>().FlushAsync();
}
