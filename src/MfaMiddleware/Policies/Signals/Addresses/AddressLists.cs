using System.Net;
using System.Runtime.CompilerServices;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>The lists of denied and trusted addresses. A look-up reads memory alone.</summary>
/// <param name="options">The present settings.</param>
/// <param name="files">The files that they name.</param>
internal sealed class AddressLists(Func<MfaOptions> options, AddressFiles files)
{
    private readonly ConditionalWeakTable<MfaOptions, CompiledLists> _compiled = [];

    /// <summary>What the present lists say of an address.</summary>
    /// <param name="address">The address; null, where the server doesn't know it, is on no list.</param>
    public AddressVerdict Of(IPAddress? address) => Of(address, options());

    /// <summary>The same by the settings that decide a sign-in.</summary>
    public AddressVerdict Of(IPAddress? address, MfaOptions snapshot)
    {
        if (address is null) return AddressVerdict.Unlisted;
        if (!_compiled.TryGetValue(snapshot, out var lists)) lists = _compiled.GetValue(snapshot, Compile);
        return lists.Of(address);
    }

    private CompiledLists Compile(MfaOptions snapshot)
    {
        var lists = snapshot.Addresses;
        files.Deny.KeepOnly(lists.DenyFiles);
        files.Trusted.KeepOnly(lists.TrustedFiles);
        return new CompiledLists(
            AddressSources.Of(nameof(lists.Deny), lists.Deny, lists.DenyFiles, files.Deny),
            AddressSources.Of(nameof(lists.Trusted), lists.Trusted, lists.TrustedFiles, files.Trusted));
    }

    private sealed record CompiledLists(AddressSources Deny, AddressSources Trusted)
    {
        // Denied first: who trusts a network may still shut out one address of it.
        public AddressVerdict Of(IPAddress address) =>
            Deny.TryFind(address, out var network, out var source) ? new AddressVerdict(AddressStanding.Denied, network, source)
            : Trusted.TryFind(address, out network, out source) ? new AddressVerdict(AddressStanding.Trusted, network, source)
            : AddressVerdict.Unlisted;
    }
}
