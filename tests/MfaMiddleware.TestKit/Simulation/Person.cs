namespace MfaMiddleware.TestKit.Simulation;

/// <summary>What is true of one user at the moment that the simulation has reached.</summary>
internal sealed class Person(int number, PersonKind kind, City home, Dice dice)
{
    private int _devices;

    public int Number => number;

    public Dice Dice => dice;

    public string Name { get; } = $"user{number:D5}";

    public PersonKind Kind => kind;

    public Routine Routine { get; } = Routine.Of(kind);

    public City Home { get; set; } = home;

    public required HomeLine Line { get; set; }

    public required Office? Office { get; init; }

    /// <summary>The campus of a student, by its /24 of the university's network.</summary>
    public required Network Campus { get; init; }

    public required string Carrier { get; init; }

    public required IReadOnlyList<Network> Gateways { get; set; }

    /// <summary>The parents' or the partner's line in another city of the country.</summary>
    public HomeLine? SecondHome { get; init; }

    public List<Device> Devices { get; } = [];

    public List<Stay> Stays { get; } = [];

    /// <summary>When the first way of the journey in <see cref="Stays"/> begins.</summary>
    public long LeavesHome { get; set; }

    public int FirstDay { get; init; }

    /// <summary>The computer at work tunnels home through the office.</summary>
    public bool TunnelsToOffice { get; init; }

    /// <summary>Whether a browser that was opened is signed in once more the same day: most rarely, some all day long.</summary>
    public int AgainPerMille { get; init; }

    public int VpnPerMille { get; init; }

    public IReadOnlyList<int> VpnExits { get; init; } = [];

    public bool ClearsOften { get; init; }

    /// <summary>Bits 0 to 4: Monday to Friday spent away from home.</summary>
    public int DaysOut { get; init; }

    public long LastSecond { get; set; } = long.MinValue;

    public bool HasSignedIn { get; set; }

    /// <summary>Until then the lost second factor isn't set up again.</summary>
    public long CannotProveUntil { get; set; } = long.MinValue;

    public bool ChangedPassword { get; set; }

    /// <summary>Where the person is, and the stay if that isn't home; no city while under way.</summary>
    public (City? City, Stay? Stay) WhereAt(long second)
    {
        if (Stays.Count is 0 || second < LeavesHome) return (Home, null);
        foreach (var stay in Stays)
        {
            if (second < stay.From) return (null, stay);
            if (second < stay.Until) return (stay.City, stay);
        }

        return (Home, null);
    }

    public Device AddDevice(DeviceKind of, BrowserFamily family, Jar? jar = null, string? news = null, bool forgets = false)
    {
        var next = ++_devices;
        var device = new Device(next, of, family, jar ?? new Jar($"{Name}-{next}"), dice.PerMille(50) ? dice.Between(60, 200) : dice.Below(14))
        {
            News = news ?? "another_browser",
            ForgetsOnExit = forgets,
            Relayed = family is BrowserFamily.SafariMac or BrowserFamily.SafariPad or BrowserFamily.SafariPhone && dice.PerMille(60),
        };
        Devices.Add(device);
        return device;
    }
}

/// <summary>Somebody is in a city from one second up to another; between two stays they are under way.</summary>
internal sealed record Stay(City City, long From, long Until, StayKind Kind, Network Hotel, int HotelPool, bool ByAir);

internal enum StayKind { Business, Holiday, SecondHome }
