using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>What a bought database would say of an address; it errs by network, /24 or /48, and always in the same way.</summary>
internal sealed class GeoDatabase(AddressPlan plan, SimulatedWorldOptions options)
{
    public SimulatedPlace? Locate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out _)) return null;
        if (address.AddressFamily is AddressFamily.InterNetwork)
        {
            var block = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            return plan.OfBlock(block) is { } owner ? Look(owner, bytes[2]) : null;
        }

        return plan.OfPrefix(BinaryPrimitives.ReadUInt32BigEndian(bytes)) is { } network
            ? Look(network, 0x10000UL | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..])) : null;
    }

    private SimulatedPlace? Look(Network network, ulong part)
    {
        var dice = new Dice(Dice.Hash(options.Seed, 2, (ulong)network.Index, part));
        if (dice.PerMille(options.UnknownPlacePerMille)) return null;
        var city = CityOf(network, dice);
        return new SimulatedPlace(city.Country, city.Name, (city.Latitude + dice.Between(-15, 15)) / 100.0, (city.Longitude + dice.Between(-15, 15)) / 100.0);
    }

    private City CityOf(Network network, Dice dice)
    {
        var abroad = network.Kind is NetworkKind.Vpn ? 50 : options.WrongCountryPerMille;
        if (dice.PerMille(abroad)) return dice.Pick(Cities.All);
        var wrong = network.Kind switch
        {
            NetworkKind.Home => options.WrongCityPerMille,
            NetworkKind.Mobile => options.WrongCityPerMille * 3 / 2,
            NetworkKind.Relay => 1000, // a relay publishes a city of the country for each of its networks
            _ => options.WrongCityPerMille / 2,
        };
        return dice.PerMille(wrong) ? dice.Pick(Cities.Of(network.City.Country)) : network.City;
    }
}
