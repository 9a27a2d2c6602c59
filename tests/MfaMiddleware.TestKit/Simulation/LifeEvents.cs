namespace MfaMiddleware.TestKit.Simulation;

/// <summary>What changes in somebody's life between two days: things wear out, people move, cookies are cleared, journeys begin.</summary>
internal sealed class LifeEvents(SimulatedWorldOptions options, AddressPlan plan)
{
    private const long Day = 86400;

    public void Pass(Person person, int day)
    {
        var dice = person.Dice;
        ReplaceDevices(person, day);
        if (dice.OnceIn(options.DaysPerProvider)) person.Line = NewLine(person);
        if (dice.OnceIn(options.DaysPerPasswordChange)) person.ChangedPassword = true;
        if (person.Stays.Count > 0 && person.Stays[^1].Until + Day < day * Day) person.Stays.Clear();
        if (person.Stays.Count > 0) return;
        if (person.Office is null && dice.OnceIn(options.DaysPerMove)) Move(person);
        PlanJourney(person, day);
    }

    private void ReplaceDevices(Person person, int day)
    {
        var dice = person.Dice;
        foreach (var device in person.Devices.ToArray())
        {
            var days = device.Kind is DeviceKind.Phone ? options.DaysPerPhone : options.DaysPerComputer;
            if (dice.OnceIn(days)) Replace(person, device, day);
            else if (dice.OnceIn(person.ClearsOften ? 10 : options.DaysPerClearedJar)) Clear(device);
        }
    }

    private static void Clear(Device device)
    {
        device.Jar.Clear();
        device.News ??= "cleared_cookies";
    }

    private static void Replace(Person person, Device device, int day)
    {
        var dice = person.Dice;
        person.Devices.Remove(device);
        var family = device.Kind switch
        {
            DeviceKind.Phone => dice.PerMille(800) ? device.Family : Population.Phone(dice),
            DeviceKind.Laptop => dice.Pick(UserAgents.Computers),
            _ => device.Family,
        };
        person.AddDevice(device.Kind, family, null, device.Kind is DeviceKind.Phone ? "new_phone" : "new_computer", device.ForgetsOnExit);
        // The authenticator was on the old phone: one in eight has to be helped
        if (device.Kind is DeviceKind.Phone && dice.PerMille(125)) person.CannotProveUntil = (day + dice.Between(1, 4)) * Day;
    }

    private void Move(Person person)
    {
        person.Home = person.Dice.Pick(Cities.Of(person.Home.Country));
        person.Line = NewLine(person);
    }

    private HomeLine NewLine(Person person) => new(person.Dice.Pick(plan.In(person.Home, NetworkKind.Home)), new Dice(person.Dice.Next()));

    private void PlanJourney(Person person, int day)
    {
        if (day <= person.FirstDay) return;
        var (dice, routine) = (person.Dice, person.Routine);
        if (dice.Below(365) < routine.BusinessTrips) Travel(person, day, StayKind.Business, dice.PerMille(250) ? 2 : 1);
        else if (dice.Below(365) < routine.Holidays) Travel(person, day, StayKind.Holiday, 1);
        else if (person.SecondHome is not null && day % 7 == 4 && dice.PerMille(250)) Visit(person, day);
    }

    private void Travel(Person person, int day, StayKind kind, int stops)
    {
        var dice = person.Dice;
        var (at, leave) = (person.Home, (day * Day) + (dice.Between(5, 19) * 3600L) + dice.Below(3600) - (person.Home.UtcMinutes * 60L));
        person.LeavesHome = leave;
        for (var stop = 0; stop < stops; stop++)
        {
            var next = Destination(dice, at, kind);
            if (next == at || next == person.Home) continue;
            var days = kind is StayKind.Business ? dice.Between(1, 4) : dice.Between(4, 15);
            var from = leave + Seconds(at, next, dice);
            var until = from + (days * Day) + ((dice.Below(8) - 4) * 3600L);
            var hotel = plan.In(next, NetworkKind.Business)[0];
            person.Stays.Add(new Stay(next, from, until, kind, hotel, dice.Below(hotel.Pools), ByAir(at, next)));
            (at, leave) = (next, until);
        }

        if (at != person.Home) Return(person, at, leave);
    }

    private static City Destination(Dice dice, City from, StayKind kind)
    {
        if (kind is StayKind.Business && dice.PerMille(450)) return dice.Pick(Cities.Of(from.Country));
        if (dice.PerMille(350)) return dice.Pick(Cities.All);
        // Most journeys are short ones: the nearest of four
        var best = dice.Pick(Cities.All);
        for (var other = 0; other < 3; other++)
            if (dice.Pick(Cities.All) is { } city && city != from && (best == from || from.KilometresTo(city) < from.KilometresTo(best))) best = city;
        return best;
    }

    private void Visit(Person person, int day)
    {
        var dice = person.Dice;
        var city = person.SecondHome!.Provider.City;
        if (city == person.Home) return;
        var leave = (day * Day) + (dice.Between(15, 18) * 3600L) - (person.Home.UtcMinutes * 60L);
        person.LeavesHome = leave;
        var from = leave + Seconds(person.Home, city, dice);
        var until = from + (dice.Between(40, 60) * 3600L);
        var hotel = plan.In(city, NetworkKind.Business)[0];
        person.Stays.Add(new Stay(city, from, until, StayKind.SecondHome, hotel, 0, ByAir(person.Home, city)));
        Return(person, city, until);
    }

    /// <summary>The way home is a stay of no length at home: until then there is nobody there.</summary>
    private void Return(Person person, City from, long leave)
    {
        var arrives = leave + Seconds(from, person.Home, person.Dice);
        person.Stays.Add(new Stay(person.Home, arrives, arrives, StayKind.SecondHome, plan.In(person.Home, NetworkKind.Business)[0], 0, ByAir(from, person.Home)));
    }

    private static bool ByAir(City from, City to) => from.KilometresTo(to) > 450;

    /// <summary>From the last sign-in on the ground to the first one there: by rail, or by air with the ways to and from the seat.</summary>
    private static long Seconds(City from, City to, Dice dice)
    {
        var kilometres = from.KilometresTo(to);
        return ByAir(from, to) ? (kilometres * 3600L / 780) + (dice.Between(70, 240) * 60L) : (kilometres * 3600L / 110) + (dice.Between(20, 90) * 60L);
    }
}
