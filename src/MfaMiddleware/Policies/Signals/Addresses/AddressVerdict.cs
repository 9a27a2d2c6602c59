namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>On which list an address is.</summary>
internal enum AddressStanding
{
    /// <summary>On none.</summary>
    Unlisted,

    /// <summary>On a deny list.</summary>
    Denied,

    /// <summary>On a list of trusted addresses, and on no deny list.</summary>
    Trusted,
}

/// <summary>What the lists say of an address.</summary>
/// <param name="Standing">On which list it is.</param>
/// <param name="Network">The entry that holds it, where there is one.</param>
/// <param name="Source">Where the entry stands: the key path of the settings, or the file as the settings name it. Null for an address that is on no list.</param>
internal readonly record struct AddressVerdict(AddressStanding Standing, AddressNetwork Network, string? Source)
{
    public static AddressVerdict Unlisted => default;
}
