namespace MfaMiddleware.TestKit.Simulation;

/// <summary>Who the users are, drawn once; each has dice of their own.</summary>
internal sealed class Population
{
    private readonly SimulatedWorldOptions _options;
    private readonly AddressPlan _plan;
    private readonly Dice _dice;
    private readonly List<Office> _offices = [];
    private Jar? _sharedPc;

    public Population(SimulatedWorldOptions options, AddressPlan plan)
    {
        (_options, _plan, _dice) = (options, plan, new Dice(Dice.Hash(options.Seed, 3)));
        for (var office = 0; office < Math.Max(1, options.Users / 60); office++) _offices.Add(NewOffice());
        People = [.. Enumerable.Range(0, options.Users).Select(NewPerson)];
    }

    public IReadOnlyList<Person> People { get; }

    private Office NewOffice()
    {
        var city = Cities.All[_dice.Weighted(Cities.UserWeights)];
        return new Office(_plan.In(city, NetworkKind.Business)[0], _dice.Pick(_plan.In(city, NetworkKind.Home)), new Dice(_dice.Next()));
    }

    private Person NewPerson(int number)
    {
        var dice = new Dice(Dice.Hash(_options.Seed, 4, (ulong)number));
        var kind = (PersonKind)dice.Weighted(Routine.Shares);
        var office = kind is PersonKind.OfficeWorker or PersonKind.Traveller ? dice.Pick(_offices) : null;
        var home = office?.City ?? Cities.All[dice.Weighted(Cities.UserWeights)];
        var carriers = _plan.In(home.Country, NetworkKind.Mobile);
        var gateways = carriers.Where((_, index) => index % 3 == number % 3).DefaultIfEmpty(carriers[0]).ToArray();
        var owner = kind is PersonKind.VpnUser || dice.PerMille(60);
        var person = new Person(number, kind, home, dice)
        {
            Line = new HomeLine(dice.Pick(_plan.In(home, NetworkKind.Home)), new Dice(dice.Next())),
            Office = office,
            Campus = _plan.In(home, NetworkKind.Campus)[0],
            Carrier = home.Country,
            Gateways = gateways,
            SecondHome = dice.PerMille(250) ? new HomeLine(dice.Pick(_plan.In(dice.Pick(Cities.Of(home.Country)), NetworkKind.Home)), new Dice(dice.Next())) : null,
            FirstDay = Math.Min(dice.Between(1, 6), Math.Max(0, _options.Days - 1)),
            TunnelsToOffice = office is not null && dice.PerMille(300),
            AgainPerMille = dice.Weighted([550, 300, 150]) switch { 0 => 120, 1 => 500, _ => 850 },
            VpnPerMille = owner ? Math.Max(50, Routine.Of(kind).Vpn) : Routine.Of(kind).Vpn / 3,
            VpnExits = Exits(dice, home.Country),
            ClearsOften = dice.PerMille(33),
            DaysOut = DaysOut(dice, Routine.Of(kind).DaysOut),
        };
        GiveDevices(person);
        return person;
    }

    /// <summary>The nearest exit, and some that films are watched through.</summary>
    private static int[] Exits(Dice dice, string country)
    {
        var own = Array.IndexOf(Cities.Countries, country);
        return [own, own, own, dice.Below(Cities.Countries.Length), dice.Below(Cities.Countries.Length), dice.Below(Cities.Countries.Length)];
    }

    private static int DaysOut(Dice dice, int days)
    {
        var mask = 0;
        for (var day = 0; day < 5; day++) if (dice.Below(5) < days) mask |= 1 << day;
        return mask;
    }

    private void GiveDevices(Person person)
    {
        var dice = person.Dice;
        var atOffice = person.Kind is PersonKind.OfficeWorker && dice.PerMille(450);
        if (atOffice) person.AddDevice(DeviceKind.OfficePc, BrowserFamily.EdgeWindows, PcOf(dice));
        if (!atOffice || dice.PerMille(500)) person.AddDevice(DeviceKind.Laptop, dice.Pick(UserAgents.Computers), forgets: dice.PerMille(_options.ForgetfulBrowserPerMille));
        if (dice.PerMille(person.Kind is PersonKind.FieldWorker ? 1000 : 700)) person.AddDevice(DeviceKind.Phone, Phone(dice));
        if (dice.PerMille(200)) person.AddDevice(DeviceKind.Tablet, dice.PerMille(700) ? BrowserFamily.SafariPad : BrowserFamily.ChromeAndroid);
    }

    /// <summary>One in five computers at work is used by two, in one profile.</summary>
    private Jar PcOf(Dice dice)
    {
        if (_sharedPc is { } waiting)
        {
            _sharedPc = null;
            return waiting;
        }

        var jar = new Jar($"pc{dice.Next():x16}");
        if (dice.PerMille(110)) _sharedPc = jar;
        return jar;
    }

    public static BrowserFamily Phone(Dice dice) => dice.PerMille(550) ? BrowserFamily.ChromeAndroid : BrowserFamily.SafariPhone;
}
