namespace MfaMiddleware.TestKit.Simulation;

/// <summary>Who owns which addresses. Blocks are scattered: neighbours in number are no neighbours on the map.</summary>
internal sealed class AddressPlan
{
    private static readonly byte[] SpecialOctets = [0, 10, 100, 127, 169, 172, 192, 198, 203];
    private static readonly ushort[] V6Regions = [0x2400, 0x2600, 0x2804, 0x2a00, 0x2a02, 0x2c0f];

    private readonly Network?[] _byBlock = new Network?[65536];
    private readonly Dictionary<uint, Network> _byPrefix = [];
    private readonly List<Network> _all = [];
    private readonly Dictionary<(NetworkKind, string), List<Network>> _inCity = [];
    private readonly Dictionary<(NetworkKind, string), List<Network>> _inCountry = [];
    private readonly Dice _dice;

    public AddressPlan(ulong seed)
    {
        _dice = new Dice(Dice.Hash(seed, 1));
        foreach (var city in Cities.All) AddCity(city);
        foreach (var country in Cities.Countries) AddCountry(Cities.Of(country));
        Add(NetworkKind.Satellite, Cities.All.First(city => city.Name == "Atlanta"), 4, false);
    }

    public IReadOnlyList<Network> All => _all;

    public IReadOnlyList<Network> In(City city, NetworkKind kind) => _inCity[(kind, city.Name)];

    public IReadOnlyList<Network> In(string country, NetworkKind kind) => _inCountry[(kind, country)];

    public Network? OfBlock(ushort block) => _byBlock[block];

    public Network? OfPrefix(uint prefix) => _byPrefix.GetValueOrDefault(prefix);

    private void AddCity(City city)
    {
        for (var provider = 0; provider < 4; provider++) Add(NetworkKind.Home, city, _dice.Between(8, 96), _dice.PerMille(600));
        Add(NetworkKind.Business, city, 200, true);
        Add(NetworkKind.Campus, city, 12, _dice.PerMille(800));
    }

    /// <summary>Carriers hand out the addresses of a few gateways, wherever in the country the phone is.</summary>
    private void AddCountry(City[] cities)
    {
        for (var carrier = 0; carrier < 3; carrier++)
        {
            var hasV6 = _dice.PerMille(700);
            var gateways = Math.Min(cities.Length, _dice.Between(1, 3));
            for (var gateway = 0; gateway < gateways; gateway++) Add(NetworkKind.Mobile, cities[(gateway + carrier) % cities.Length], _dice.Between(3, 24), hasV6);
        }

        Add(NetworkKind.Hosting, cities[0], 64, false);
        Add(NetworkKind.Vpn, cities[0], _dice.Between(1, 4), false);
        Add(NetworkKind.Relay, cities[0], 60, true);
    }

    private void Add(NetworkKind kind, City city, int pools, bool hasV6)
    {
        ushort block;
        do block = (ushort)((_dice.Between(1, 223) << 8) | _dice.Below(256));
        while (SpecialOctets.Contains((byte)(block >> 8)) || _byBlock[block] is not null);
        uint prefix;
        do prefix = ((uint)_dice.Pick(V6Regions) << 16) | (uint)_dice.Below(65536);
        while (_byPrefix.ContainsKey(prefix));

        var network = new Network(_all.Count, kind, city, block, prefix, pools, hasV6);
        _all.Add(network);
        _byBlock[block] = network;
        _byPrefix[prefix] = network;
        List(_inCity, (kind, city.Name)).Add(network);
        List(_inCountry, (kind, city.Country)).Add(network);
    }

    private static List<Network> List(Dictionary<(NetworkKind, string), List<Network>> lists, (NetworkKind, string) key) =>
        lists.TryGetValue(key, out var list) ? list : lists[key] = [];
}
