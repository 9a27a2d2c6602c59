namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>That each entry of <see cref="AddressListOptions"/> is an address or a network, and that not everybody is trusted.</summary>
internal static class AddressListRules
{
    public const string TrustsEverybody = "it trusts every address of IPv4 or of IPv6.";

    public static void Check(AddressListOptions options, SettingsCheck check)
    {
        CheckEntries(options.Deny, check.Below(nameof(options.Deny)));
        CheckFiles(options.DenyFiles, check.Below(nameof(options.DenyFiles)));
        CheckFiles(options.TrustedFiles, check.Below(nameof(options.TrustedFiles)));

        // Fail closed: a list that trusts everybody is a slip, or somebody's try to switch the rule off.
        var trusted = check.Below(nameof(options.Trusted));
        if (CheckEntries(options.Trusted, trusted) is { } set && set.IsEverything) trusted.Fail(TrustsEverybody);
    }

    /// <summary>The entries of a list that was checked.</summary>
    public static AddressSet SetOf(IEnumerable<string> entries) => new(entries.Select(e =>
        AddressNetwork.TryParse(e.AsSpan().Trim(), out var network) is { } problem ? throw new FormatException($"'{e}': {problem}") : network));

    private static AddressSet? CheckEntries(IList<string> entries, SettingsCheck check)
    {
        var areGood = true;
        for (var i = 0; i < entries.Count; i++)
        {
            var problem = AddressNetwork.TryParse(entries[i].AsSpan().Trim(), out _);
            check.Must(problem is null, $"{i}", entries[i], problem ?? "");
            areGood &= problem is null;
        }

        return areGood ? SetOf(entries) : null;
    }

    private static void CheckFiles(IList<string> files, SettingsCheck check)
    {
        for (var i = 0; i < files.Count; i++) check.NotBlank($"{i}", files[i]);
    }
}
