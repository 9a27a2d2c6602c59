using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>What attackers send from, and what a public deny list knows of it.</summary>
internal sealed class Underground
{
    private const int Botnets = 3;
    private readonly SimulatedWorldOptions _options;
    private readonly AddressPlan _plan;

    public Underground(SimulatedWorldOptions options, AddressPlan plan)
    {
        (_options, _plan) = (options, plan);
        BadNetworks = [.. Known().Distinct().OrderBy(network => network.BaseAddress.ToString(), StringComparer.Ordinal)];
    }

    public IReadOnlyList<IPNetwork> BadNetworks { get; }

    /// <summary>A bot of a botnet. Two in five stand at lines whose address changes each month; the list keeps the old one.</summary>
    public IPAddress Bot(int botnet, int bot, int day)
    {
        var id = (ulong)((botnet * 1_000_000) + bot);
        var moves = Dice.Hash(_options.Seed, 20, id) % 5 < 2;
        var dice = new Dice(Dice.Hash(_options.Seed, 21, id, moves ? (ulong)(day / 30) : 0));
        var city = new Dice(Dice.Hash(_options.Seed, 22, id));
        var home = Cities.All[city.Weighted(Cities.BotWeights)];
        return city.Below(100) switch
        {
            < 78 => city.Pick(_plan.In(home, NetworkKind.Home)).AnyV4(dice),
            < 93 => city.Pick(_plan.In(home.Country, NetworkKind.Mobile)).AnyV4(dice),
            _ => _plan.In(home.Country, NetworkKind.Hosting)[0].AnyV4(dice),
        };
    }

    public IPAddress AnyBot(Dice dice, int day) => Bot(dice.Below(Botnets), dice.Below(_options.BotnetSize), day);

    /// <summary>One of forty rented networks of 253 addresses.</summary>
    public IPAddress Spray(int network, int host)
    {
        var (country, pool) = SprayAt(network);
        return _plan.In(country, NetworkKind.Hosting)[0].V4(pool, host);
    }

    /// <summary>A household's line, rented by the minute; no list knows it.</summary>
    public IPAddress Proxy(Dice dice, City city) => dice.Pick(_plan.In(city, NetworkKind.Home)).AnyV4(dice);

    private (string Country, int Pool) SprayAt(int network)
    {
        var dice = new Dice(Dice.Hash(_options.Seed, 23, (ulong)network));
        return (dice.Pick(Cities.Countries), dice.Below(64));
    }

    private IEnumerable<IPNetwork> Known()
    {
        var dice = new Dice(Dice.Hash(_options.Seed, 24));
        for (var botnet = 0; botnet < Botnets; botnet++)
            for (var bot = 0; bot < _options.BotnetSize; bot++)
                if (dice.PerMille(_options.DenyListKnowsPerMille)) yield return new IPNetwork(Bot(botnet, bot, 0), 32);
        for (var network = 0; network < 40; network++)
            if (dice.PerMille(Math.Min(1000, _options.DenyListKnowsPerMille * 2))) yield return new IPNetwork(Spray(network, 0), 24);
        foreach (var bystander in Bystanders(dice)) yield return bystander;
    }

    /// <summary>Lists also hold what honest people use: a tenth of the VPN's servers, and addresses of carriers that a bot was once behind.</summary>
    private IEnumerable<IPNetwork> Bystanders(Dice dice)
    {
        foreach (var network in _plan.All)
        {
            if (network.Kind is NetworkKind.Mobile) yield return new IPNetwork(network.AnyV4(dice), 32);
            if (network.Kind is not NetworkKind.Vpn) continue;
            for (var pool = 0; pool < network.Pools; pool++)
                for (var server = 0; server < 4; server++)
                    if (dice.PerMille(100)) yield return new IPNetwork(network.V4(pool, 10 + server), 32);
        }
    }
}
