using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>Somebody who wants this one account, and knows its owner.</summary>
internal sealed class TargetedAttacks(SimulatedWorldOptions options, Population population, Underground underground, Dice dice)
{
    /// <summary>What an attack consists of; the attacker's own browser keeps its cookies unless there is none.</summary>
    private sealed record Plan(IPAddress Address, string? Browser, string UserAgent)
    {
        public int Wrong { get; init; }
        public bool CanProve { get; init; }
        public bool AfterReset { get; init; }
        public int DelayFrom { get; init; } = 600;
        public int DelayTo { get; init; } = 36000;
    }

    public void Strike(string story, IReadOnlyList<(SimulatedSignIn Row, Person Person)> honest, int number, Action<SimulatedSignIn> report)
    {
        for (var tries = 0; tries < 30; tries++)
        {
            var victim = dice.Pick(honest);
            if (PlanOf(story, victim.Row, victim.Person, number) is not { } plan) continue;
            Carry(story, plan, victim, number, report);
            return;
        }
    }

    private void Carry(string story, Plan plan, (SimulatedSignIn Row, Person Person) victim, int number, Action<SimulatedSignIn> report)
    {
        var at = victim.Row.At.AddSeconds(dice.Between(plan.DelayFrom, plan.DelayTo));
        var row = new SimulatedSignIn
        {
            At = at,
            User = victim.Row.User,
            IsAttack = true,
            Story = story,
            Attack = number,
            Address = plan.Address,
            Browser = plan.Browser,
            UserAgent = plan.UserAgent,
            CanProve = plan.CanProve,
            FailedPasswordsBefore = plan.Wrong,
            AfterPasswordChange = plan.AfterReset,
        };
        report(row);
        // Who got in comes again, and who didn't tries again: the same browser, the same address
        for (var visit = dice.Below(3); visit > 0; visit--)
        {
            at = at.AddSeconds(dice.Between(3600, 100000));
            report(row with { At = at, FailedPasswordsBefore = 0, AfterPasswordChange = false });
        }

        if (dice.PerMille(100)) victim.Person.ChangedPassword = true;
    }

    private Plan? PlanOf(string story, SimulatedSignIn row, Person person, int number)
    {
        var day = (int)((row.At - options.Start).TotalSeconds / 86400);
        var jar = dice.PerMille(600) ? $"attacker{number}" : null;
        var agent = UserAgents.Of(dice.Pick(UserAgents.Computers), day, dice.Below(60));
        var half = dice.PerMille(500) ? row.UserAgent : agent;
        var (near, far) = (underground.Proxy(dice, person.Home), Far(person.Home));
        var last = dice.PerMille(300) ? dice.Between(1, 12) : 0;
        return story switch
        {
            "targeted_same_city" => new(SameProvider(person) ?? near, jar, row.UserAgent) { Wrong = last },
            "targeted_abroad" => new(far, jar, half) { Wrong = last },
            "after_the_victim" => new(dice.PerMille(500) ? near : far, jar, row.UserAgent) { DelayFrom = 20, DelayTo = 600 },
            "same_office" when row.Story is "office" or "office_guests" => AtOffice(row, person, jar, half),
            "same_carrier" when row.Story is "mobile" => new(Neighbour(row.Address), jar, half) { Wrong = last, DelayTo = 7200 },
            "same_home" when row.Story is "home" => new(row.Address, $"attacker{number}", half) { DelayTo = 14400 },
            "same_vpn" when row.Story is "vpn" => new(row.Address, jar, half) { Wrong = last },
            "password_reset_abuse" => new(dice.PerMille(350) ? near : far, jar, agent) { AfterReset = true, CanProve = dice.PerMille(250) },
            "phishing_relay" => new(underground.Spray(dice.Below(40), dice.Between(2, 253)), null, row.UserAgent) { CanProve = true, DelayFrom = 60 },
            "stolen_cookie" when row.Browser is not null => new(far, row.Browser, Other(row, agent)),
            "stolen_cookie_same_agent" when row.Browser is not null => new(dice.PerMille(250) ? near : far, row.Browser, row.UserAgent),
            "colleague_at_shared_pc" when row.Story is "office" && row.Browser is ['p', 'c', ..] => new(row.Address, row.Browser, row.UserAgent),
            "own_machine" when row.Browser is not null => new(row.Address, row.Browser, row.UserAgent),
            _ => null,
        };
    }

    /// <summary>A colleague with the password: at a computer of their own, which the app knows well, or with a browser that nobody has seen.</summary>
    private Plan AtOffice(SimulatedSignIn row, Person person, string? jar, string agent)
    {
        var colleague = dice.Pick(population.People);
        var theirs = colleague != person && colleague.HasSignedIn && colleague.Office == person.Office && colleague.Devices.Count > 0 ? colleague.Devices[0] : null;
        return new Plan(row.Address, theirs?.Jar.Id ?? jar, agent) { Wrong = dice.Below(4), DelayTo = 10800 };
    }

    private IPAddress Far(City home)
    {
        City city;
        do city = Cities.All[dice.Weighted(Cities.BotWeights)];
        while (city.Country == home.Country);
        return underground.Proxy(dice, city);
    }

    private IPAddress? SameProvider(Person person) => dice.PerMille(400) ? person.Line.Provider.AnyV4(dice) : null;

    /// <summary>Behind the same gateway: another host of the same /24, or of the same /48.</summary>
    private IPAddress Neighbour(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        for (var index = bytes.Length is 4 ? 3 : 8; index < bytes.Length; index++) bytes[index] = (byte)dice.Between(2, 253);
        return new IPAddress(bytes);
    }

    private static string Other(SimulatedSignIn row, string agent) => agent == row.UserAgent ? UserAgents.Tools[3] : agent;
}
