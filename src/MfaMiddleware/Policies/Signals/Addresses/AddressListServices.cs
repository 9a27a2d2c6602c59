using MfaMiddleware.Policies.Signals.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>Registers the lists of addresses.</summary>
internal static class AddressListServices
{
    public static IServiceCollection AddAddressLists(this IServiceCollection services) => services
        .AddFileReport()
        .AddSingleton(sp => new AddressFiles(SignalFiles.Of(sp, AddressFile.Read), SignalFiles.Of(sp, AddressFile.ReadTrusted)))
        .AddSingleton<IValidateOptions<MfaOptions>, AddressFileCheck>()
        .AddSingleton(sp => new AddressLists(MfaSettings.Of(sp), sp.GetRequiredService<AddressFiles>()));
}
