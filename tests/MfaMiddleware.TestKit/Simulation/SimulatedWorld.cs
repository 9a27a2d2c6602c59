using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>Honest users and attackers at one app, drawn from a seed, written without knowing the engine that is measured by it.</summary>
/// <remarks>
/// <para><b>People.</b> Of 100: 35 office workers (3 to 5 days a week in one of Users/60 offices behind one or two addresses, with a spare line on
/// 1.5 % of days), 20 at home, 12 in the field behind a carrier's gateways, 12 students on a campus, 8 travellers, 8 who come about once a month, 5 who use
/// a VPN most of the time. They have 1 to 3 browsers; a fifth of the computers in offices is shared by two. A browser is opened or not
/// by the chance of the day, on working days mostly; 30 % of users often sign in twice or more that day, 15 % up to four times. Everybody begins within the first week.</para>
/// <para><b>Networks.</b> Home lines change their IPv4 address every night (6 %), in weeks (50 %), in months (24 %), hardly (10 %), or share the provider's
/// gateway (10 %); three of four new addresses are of any /24 of the provider in that city. Three of five providers have IPv6, by which two thirds of
/// those sign-ins come, in a /48 that half of the lines lose with the address. Carriers: 1 to 3 gateways a country, often far away, any /24 or /48 of theirs.
/// Campus: one /48, some /24. Hotels, airports, customers, cafes; roaming, which comes out at home, or a local card; a partner's line in
/// another city; the maker's relay (6 % of Apple's browsers); VPN exits in other countries, switched on or off within 15 minutes; a tunnel through the office.</para>
/// <para><b>Journeys.</b> 1 to 28 business journeys a year, 1 to 3 holidays of 4 to 15 days, by rail (110 km/h) or air (780 km/h and 70 minutes or more);
/// a few sign in in the air, by a satellite's gateway. Nobody is in two places, though addresses may say so.</para>
/// <para><b>Mishaps.</b> <see cref="SimulatedWorldOptions"/> has the rates: typos, forgotten and changed passwords, cleared cookies, private windows, new phones
/// (one in eight can't prove for 1 to 4 days), new computers, new providers. Browsers get a version every 28 days, each on its own day; 5 % lag for months.</para>
/// <para><b>Attacks</b> (2 % of sign-ins; about half of them from lists): stuffing_burst, stuffing_slow (three botnets of 1,500 addresses in 31 countries, of
/// which two in five move monthly), spraying, targeted_same_city (the owner's User-Agent, two in five by the owner's provider), targeted_abroad, after_the_victim
/// (within 10 minutes), same_office (also from a colleague's own browser), same_carrier, same_home, same_vpn, password_reset_abuse (a quarter reads the codes, too),
/// phishing_relay (the victim proves for the attacker), stolen_cookie, stolen_cookie_same_agent. A tenth of the victims changes the password afterwards.
/// Two stories look like the owner in every respect and are there to be counted, not caught: colleague_at_shared_pc and own_machine, about 0.2 % of attacks;
/// a quarter of stolen_cookie_same_agent, from a line in the owner's city, differs from a visit to a friend in nothing.</para>
/// <para><b>Not modelled.</b> Summer time, public holidays, users who join late or leave, accounts that don't exist, attackers who had the account
/// before its owner's first sign-in, renumbering of a whole provider, updates of the geo database and the deny list, and an attacker who changes tactics by the engine's answer:
/// rows don't depend on what is decided. One try of a list in 25 hits, far more than in life, so there are fewer failures to see.</para>
/// </remarks>
public sealed class SimulatedWorld
{
    private const long Day = 86400, EarliestLocalDay = 14 * 3600;
    private readonly SimulatedWorldOptions _options;
    private readonly AddressPlan _plan;
    private readonly GeoDatabase _database;
    private readonly Underground _underground;

    public SimulatedWorld(SimulatedWorldOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Users, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Days, 1);
        (_options, _plan) = (options, new AddressPlan(options.Seed));
        (_database, _underground) = (new GeoDatabase(_plan, options), new Underground(options, _plan));
    }

    /// <summary>What a public deny list would hold on the first day: some of the attackers' networks, and some bystanders.</summary>
    public IReadOnlyList<IPNetwork> BadNetworks => _underground.BadNetworks;

    /// <summary>City level, with the errors of a real database; null where it knows nothing.</summary>
    public SimulatedPlace? Locate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _database.Locate(address);
    }

    /// <summary>All rows in order of time; each call begins anew, and holds about two days of rows at a time.</summary>
    public IEnumerable<SimulatedSignIn> Run()
    {
        var population = new Population(_options, _plan);
        var (events, life) = (new LifeEvents(_options, _plan), new DailyLife(_options, new Connections(_plan)));
        var attacks = new Attacks(_options, population, _underground);
        var (waiting, honest, sequence) = (new PriorityQueue<SimulatedSignIn, (long, long)>(), new List<(SimulatedSignIn, Person)>(), 0L);
        var end = _options.Start.AddDays(_options.Days);
        void Report(SimulatedSignIn row, Person? person)
        {
            if (row.At < _options.Start || row.At >= end) return;
            waiting.Enqueue(row, (row.At.Ticks, sequence++));
            if (person is not null) honest.Add((row, person));
        }

        for (var day = 0; day < _options.Days; day++)
        {
            honest.Clear();
            foreach (var person in population.People)
            {
                events.Pass(person, day);
                life.Live(person, day, Report);
            }

            attacks.Strike(day, honest, Report);
            // The next day begins in the far east while it is still yesterday in Greenwich
            var settled = day == _options.Days - 1 ? end : _options.Start.AddSeconds(((day + 1) * Day) - EarliestLocalDay);
            while (waiting.TryPeek(out var next, out _) && next.At < settled) yield return waiting.Dequeue();
        }
    }
}
