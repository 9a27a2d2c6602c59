using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>The files of <see cref="AddressListOptions"/>.</summary>
/// <param name="Deny">Those with denied addresses.</param>
/// <param name="Trusted">Those with trusted addresses.</param>
internal sealed record AddressFiles(WatchedFiles<AddressSet> Deny, WatchedFiles<AddressSet> Trusted);
