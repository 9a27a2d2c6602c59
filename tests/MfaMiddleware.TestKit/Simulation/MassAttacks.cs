using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>Lists of leaked passwords against all accounts, and one password against all accounts. About one try in twenty-five hits, more than in life.</summary>
internal sealed class MassAttacks(SimulatedWorldOptions options, Population population, Underground underground, Dice dice)
{
    private const int Day = 86400, TriesPerHit = 25;

    public static int MostHits(int users) => Math.Clamp(users / 40, 2, 20);

    /// <summary>A botnet, in an hour or two, each try from another bot.</summary>
    public void Burst(int day, Action<SimulatedSignIn> report)
    {
        var hits = dice.Between(2, MostHits(population.People.Count));
        var (start, length) = ((day * (long)Day) + dice.Below(Day - 8000), dice.Between(1200, 7800));
        for (var remaining = hits * TriesPerHit; remaining > 0; remaining--) Try("stuffing_burst", day, start + dice.Below(length), underground.AnyBot(dice, day), remaining <= hits, report);
    }

    /// <summary>A try an hour, to stay below every limit.</summary>
    public void Slow(int day, Action<SimulatedSignIn> report)
    {
        for (var hour = 0; hour < TriesPerHit; hour++)
            Try("stuffing_slow", day, (day * (long)Day) + (hour * 3456L) + dice.Below(3400), underground.AnyBot(dice, day), hour is TriesPerHit - 1, report);
    }

    /// <summary>One rented network, one password, every account in turn.</summary>
    public void Spray(int day, Action<SimulatedSignIn> report)
    {
        var (network, hosts) = (dice.Below(40), dice.Between(1, 4));
        var (start, length) = ((day * (long)Day) + dice.Below(Day / 2), dice.Between(1800, Day / 3));
        var tries = Math.Min(population.People.Count, 500);
        for (var number = 0; number < tries; number++)
            Try("spraying", day, start + ((long)length * number / tries), underground.Spray(network, 2 + dice.Below(hosts)), dice.PerMille(12), report);
    }

    private void Try(string story, int day, long second, IPAddress address, bool hit, Action<SimulatedSignIn> report)
    {
        var victim = dice.Pick(population.People);
        if (!victim.HasSignedIn || victim.LastSecond < 0) return;
        // A user's first hours are over before anybody has the password
        if (second < ((victim.FirstDay + 1L) * Day) + 43200) return;
        report(new SimulatedSignIn
        {
            At = options.Start.AddSeconds(second),
            User = victim.Name,
            IsAttack = true,
            Story = story,
            Address = address,
            Browser = null,
            UserAgent = Agent(day),
            CanProve = false,
            IsSignIn = hit,
            FailedPasswordsBefore = hit && dice.PerMille(200) ? dice.Between(1, 2) : 0,
        });
        if (hit && dice.PerMille(100)) victim.ChangedPassword = true; // the owner is told, and changes it before the next visit
    }

    private string Agent(int day) => dice.PerMille(400) ? dice.Pick(UserAgents.Tools) : UserAgents.Of(dice.Pick(UserAgents.Computers), day, dice.Below(300));
}
