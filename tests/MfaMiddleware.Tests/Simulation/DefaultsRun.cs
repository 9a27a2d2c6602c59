using System.Globalization;
using System.Net;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Simulation;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>Sends the people and attackers of simulated worlds through the engine at its shipped defaults, and counts whom it asks.</summary>
internal sealed class DefaultsRun
{
    private readonly SortedDictionary<string, Tally> _honest = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tally> _attacks = new(StringComparer.Ordinal);
    private readonly AttackOutcomes _outcomes = new();

    public IReadOnlyDictionary<string, Tally> Honest => _honest;

    public IReadOnlyDictionary<string, Tally> Attacks => _attacks;

    public double HonestShare => Share(_honest.Values);

    /// <summary>Without the sign-ins in which users set their first factor up.</summary>
    public double ChallengedShare => (_honest.Values.Sum(h => h.Asked) - First) / (double)(_honest.Values.Sum(h => h.All) - First);

    private int First => _honest.GetValueOrDefault("first_sign_in")?.All ?? 0;

    /// <summary>Of attacks, with none of them left out.</summary>
    public double CaughtShare => _outcomes.CaughtShare;

    public async Task RunAsync(SimulatedWorldOptions size, Action<DateTimeOffset, int>? progress = null, Action<MfaOptions>? configure = null)
    {
        var world = new SimulatedWorld(size);
        var clock = new FakeClock(size.Start);
        await using var harness = new RiskHarness(options => Configure(options, world, configure), clock, address => PlaceOf(world, address));
        var engine = new PureEngine(harness.Services);
        var rows = 0;
        _outcomes.Begin();
        foreach (var row in world.Run())
        {
            if (row.At > clock.GetUtcNow()) clock.Advance(row.At - clock.GetUtcNow());
            if (await engine.StepAsync(row) is { } risk) Count(row, risk);
            if (++rows % 5_000 == 0) progress?.Invoke(row.At, rows);
        }
    }

    public static void Configure(MfaOptions options, SimulatedWorld world, Action<MfaOptions>? configure = null)
    {
        options.Policy.Mode = MfaMode.Suspicious;
        foreach (var network in world.BadNetworks) options.Addresses.Deny.Add(network.ToString());
        configure?.Invoke(options);
    }

    private void Count(SimulatedSignIn row, RiskAssessment risk)
    {
        Tell(row.IsAttack ? _attacks : _honest, row.Story).Add(risk);
        if (row.IsAttack) _outcomes.Add(row, risk.IsSuspicious);
    }

    public string Report() => string.Join('\n', [
        string.Create(
            CultureInfo.InvariantCulture,
            $"honest sign-ins {Count(_honest)}, asked {HonestShare:P2}, without first ones {ChallengedShare:P2}; {_outcomes}; attackers' sign-ins {Count(_attacks)}, asked {Share(_attacks.Values):P2}"),
        .. _honest.Select(h => $"honest | {h.Key} | {h.Value}"),
        .. _attacks.Select(a => $"attack | {a.Key} | {a.Value} | {_outcomes.Of(a.Key)}")]);

    public static GeoLocation? PlaceOf(SimulatedWorld world, IPAddress address) =>
        world.Locate(address) is { } place ? new GeoLocation(place.Latitude, place.Longitude) { Country = place.Country } : null;

    private static Tally Tell(SortedDictionary<string, Tally> tallies, string story) => tallies.TryGetValue(story, out var tally) ? tally : tallies[story] = new Tally();

    private static double Share(IEnumerable<Tally> tallies)
    {
        var all = tallies.ToList();
        return all.Sum(t => t.Asked) / (double)all.Sum(t => t.All);
    }

    private static int Count(SortedDictionary<string, Tally> tallies) => tallies.Values.Sum(t => t.All);

    /// <summary>How many sign-ins of a story there were, and how many of them were suspicious: challenged, or led to set a factor up.</summary>
    internal sealed class Tally
    {
        private readonly Dictionary<string, int> _codes = [];

        public int All { get; private set; }

        public int Asked { get; private set; }

        public void Add(RiskAssessment risk)
        {
            All++;
            if (!risk.IsSuspicious) return;
            Asked++;
            var codes = string.Join('+', risk.Codes);
            _codes[codes] = _codes.GetValueOrDefault(codes) + 1;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{All} | {Asked} | {Asked / (double)All:P1}")
            + " | " + string.Join(", ", _codes.OrderByDescending(c => c.Value).Take(3).Select(c => $"{c.Key} {c.Value}"));
    }
}
