using System.Globalization;
using System.Net;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>Networks and single addresses; a look-up takes one binary search and allocates nothing.</summary>
internal sealed class AddressSet
{
    private readonly AddressTable<uint> _ipv4;
    private readonly AddressTable<UInt128> _ipv6;

    public AddressSet(IEnumerable<AddressNetwork> networks)
    {
        var ipv4 = new List<(uint, byte)>();
        var ipv6 = new List<(UInt128, byte)>();
        foreach (var (first, prefix) in networks)
        {
            if (first.IsIPv6) ipv6.Add((first.Value, (byte)prefix));
            else ipv4.Add(((uint)first.Value, (byte)prefix));
        }

        (_ipv4, _ipv6) = (new AddressTable<uint>(ipv4, 32), new AddressTable<UInt128>(ipv6, 128));
    }

    /// <summary>How many there are, those inside others not counted.</summary>
    public int Count => _ipv4.Count + _ipv6.Count;

    /// <summary>Whether they hold all of IPv4 or all of IPv6.</summary>
    public bool IsEverything => _ipv4.IsEverything || _ipv6.IsEverything;

    /// <summary>Finds the widest network of the list that an address is in.</summary>
    public bool TryFind(IPAddress address, out AddressNetwork network)
    {
        var bits = AddressBits.Of(address);
        return TryFind(bits, out network);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} networks");

    private bool TryFind(AddressBits bits, out AddressNetwork network)
    {
        int prefix;
        bool found;
        if (bits.IsIPv6)
        {
            found = _ipv6.TryFind(bits.Value, out var first, out prefix);
            network = new AddressNetwork(new AddressBits(true, first), prefix);
        }
        else
        {
            found = _ipv4.TryFind((uint)bits.Value, out var first, out prefix);
            network = new AddressNetwork(new AddressBits(false, first), prefix);
        }

        return found;
    }
}
