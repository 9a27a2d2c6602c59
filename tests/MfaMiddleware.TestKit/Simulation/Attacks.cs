namespace MfaMiddleware.TestKit.Simulation;

/// <summary>The attacks of one day, as many as the day's honest sign-ins allow; what is over is carried to the next.</summary>
internal sealed class Attacks(SimulatedWorldOptions options, Population population, Underground underground)
{
    private readonly Dice _dice = new(Dice.Hash(options.Seed, 30));
    private readonly MassAttacks _mass = new(options, population, underground, new Dice(Dice.Hash(options.Seed, 31)));
    private readonly TargetedAttacks _targeted = new(options, population, underground, new Dice(Dice.Hash(options.Seed, 32)));
    private long _due;
    private int _number;

    private static readonly (string Story, int Weight)[] Weights =
    [
        ("stuffing_burst", 770), ("stuffing_slow", 230), ("spraying", 25),
        ("targeted_same_city", 90), ("targeted_abroad", 60), ("after_the_victim", 50), ("same_office", 40), ("same_carrier", 40), ("same_home", 10),
        ("same_vpn", 15), ("password_reset_abuse", 60), ("phishing_relay", 40), ("stolen_cookie", 60), ("stolen_cookie_same_agent", 15),
        ("colleague_at_shared_pc", 2), ("own_machine", 1),
    ];

    // A burst hits more of many users: it is as much rarer, so that half of the attacks come from lists in a world of any size
    private readonly int[] _weights = [.. Weights.Select(entry => entry.Story is "stuffing_burst" ? entry.Weight * 2 / (2 + MassAttacks.MostHits(options.Users)) : entry.Weight)];

    public void Strike(int day, IReadOnlyList<(SimulatedSignIn Row, Person Person)> honest, Action<SimulatedSignIn, Person?> report)
    {
        _due += (long)honest.Count * options.AttackSignInsPerMille;
        void Count(SimulatedSignIn row)
        {
            if (row.IsSignIn) _due -= 1000 - options.AttackSignInsPerMille;
            report(row, null);
        }

        // A day on which nothing can be done leaves the rest for the next
        for (var tries = 0; _due > 0 && honest.Count > 0 && tries < 1000; tries++)
        {
            var (story, _) = Weights[_dice.Weighted(_weights)];
            if (story is "stuffing_burst") _mass.Burst(day, Count);
            else if (story is "stuffing_slow") _mass.Slow(day, Count);
            else if (story is "spraying") _mass.Spray(day, Count);
            else _targeted.Strike(story, honest, ++_number, Count);
        }
    }
}
