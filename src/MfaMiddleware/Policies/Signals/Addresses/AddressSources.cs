using System.Net;
using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>One list: the entries of the settings and those of the files.</summary>
internal sealed class AddressSources
{
    private readonly string _key;
    private readonly AddressSet _entries;
    private readonly (string Name, WatchedFile<AddressSet> File)[] _files;

    private AddressSources(string key, AddressSet entries, (string Name, WatchedFile<AddressSet> File)[] files) =>
        (_key, _entries, _files) = (key, entries, files);

    public static AddressSources Of(string list, IEnumerable<string> entries, IEnumerable<string> paths, WatchedFiles<AddressSet> files) => new(
        $"{MfaOptions.Section}:{nameof(MfaOptions.Addresses)}:{list}",
        AddressListRules.SetOf(entries),
        [.. paths.Select(p => (p, files.Open(p)))]);

    public bool TryFind(IPAddress address, out AddressNetwork network, out string? source)
    {
        source = _key;
        if (_entries.TryFind(address, out network)) return true;
        foreach (var (name, file) in _files)
        {
            source = name;
            if (file.Current.TryFind(address, out network)) return true;
        }

        source = null;
        network = default;
        return false;
    }
}
