namespace MfaMiddleware.TestKit.Simulation;

/// <summary>One day of one honest user: when which browser is opened, and what happens on the way in.</summary>
internal sealed class DailyLife(SimulatedWorldOptions options, Connections connections)
{
    private const long Day = 86400;
    private readonly List<(long Second, Device Device)> _plan = [];

    public void Live(Person person, int day, Action<SimulatedSignIn, Person?> report)
    {
        if (day < person.FirstDay) return;
        Plan(person, day);
        foreach (var (second, device) in _plan)
        {
            if (second <= person.LastSecond) continue;
            var (city, stay) = person.WhereAt(second);
            // Few trains and fewer seats in the air have a network that anybody signs in from
            if (city is null && !(stay!.ByAir && person.Dice.PerMille(40))) continue;
            if (device.Kind is DeviceKind.OfficePc && (city != person.Home || stay is not null)) continue;
            if (stay is { Kind: StayKind.Holiday } && person.Dice.PerMille(700)) continue;
            Open(person, device, second, report);
        }
    }

    private void Plan(Person person, int day)
    {
        _plan.Clear();
        var (dice, routine, workday) = (person.Dice, person.Routine, day % 7 < 5);
        var midnight = (day * Day) - ((person.WhereAt((day * Day) + 43200).City ?? person.Home).UtcMinutes * 60L);
        foreach (var device in person.Devices)
        {
            var isOut = workday && (person.DaysOut >> (day % 7) & 1) is 1;
            var chance = device.Kind switch
            {
                DeviceKind.Phone => workday ? routine.PhoneOnWorkdays : routine.PhoneOnWeekends,
                DeviceKind.Tablet => routine.Tablet,
                DeviceKind.OfficePc => isOut ? 900 : 0,
                // Who has a computer at work opens the other one at home
                _ when isOut && person.Devices.Exists(other => other.Kind is DeviceKind.OfficePc) => routine.ComputerOnWorkdays / 4,
                _ => workday ? routine.ComputerOnWorkdays : routine.ComputerOnWeekends,
            };
            if (!dice.PerMille(chance)) continue;
            _plan.Add((midnight + TimeOfDay(dice, device, workday), device));
            for (var again = 0; again < 3 && dice.PerMille(person.AgainPerMille); again++) _plan.Add((midnight + TimeOfDay(dice, device, workday), device));
        }

        if (day == person.FirstDay && !person.HasSignedIn && _plan.Count is 0) _plan.Add((midnight + 36000 + dice.Below(7200), person.Devices[0]));
        _plan.Sort((left, right) => left.Second != right.Second ? left.Second.CompareTo(right.Second) : left.Device.Number.CompareTo(right.Device.Number));
    }

    private static int TimeOfDay(Dice dice, Device device, bool workday)
    {
        if (device.Kind is DeviceKind.OfficePc) return (9 * 3600) + dice.Below(7 * 3600);
        var hour = workday && device.Kind is DeviceKind.Laptop && dice.PerMille(850) ? 8 + Math.Min(dice.Below(9), dice.Below(9)) : dice.Between(7, 22);
        return (hour * 3600) + dice.Below(3600);
    }

    private void Open(Person person, Device device, long second, Action<SimulatedSignIn, Person?> report)
    {
        var dice = person.Dice;
        var hidden = dice.PerMille(person.VpnPerMille);
        var connection = connections.Of(person, device, second, hidden);
        if (connection.Story is not "vpn" || !dice.PerMille(200))
        {
            SignIn(person, device, second, connection, report);
            return;
        }

        // Switched on or off in the middle: the same browser comes twice within minutes, from two countries
        var bare = new Connection(connections.Bare(person, device, second).Address, "vpn_switched");
        var onFirst = dice.PerMille(500);
        SignIn(person, device, second, onFirst ? connection : bare, report);
        var after = second + dice.Between(90, 900);
        if (person.WhereAt(after).City == person.WhereAt(second).City) SignIn(person, device, after, onFirst ? bare : connection, report);
    }

    private void SignIn(Person person, Device device, long second, Connection connection, Action<SimulatedSignIn, Person?> report)
    {
        var dice = person.Dice;
        var row = new SimulatedSignIn
        {
            At = options.Start.AddSeconds(second),
            User = person.Name,
            IsAttack = false,
            Story = connection.Story,
            Address = connection.Address,
            Browser = device.Jar.Id,
            UserAgent = device.UserAgentOn((int)(second / Day)),
            CanProve = second >= person.CannotProveUntil,
            FailedPasswordsBefore = dice.PerMille(options.TypoPerMille) ? 1 + Math.Min(dice.Below(3), dice.Below(3)) : 0,
            Whereabouts = person.WhereAt(second).City?.ToPlace(),
        };
        if (dice.Below(10000) < options.TypoPerMille) report(row with { At = row.At.AddSeconds(-dice.Between(200, 900)), IsSignIn = false, FailedPasswordsBefore = 0, Story = "gave_up" }, null);
        report(WithNews(person, device, row), person);
        (person.LastSecond, person.HasSignedIn) = (second, true);
    }

    private SimulatedSignIn WithNews(Person person, Device device, SimulatedSignIn row)
    {
        var dice = person.Dice;
        var forgetful = person.Kind is PersonKind.Occasional ? 10 : 1;
        if (dice.PerMille(options.ForgottenPasswordPerMille * forgetful)) row = row with { Story = "forgotten_password", FailedPasswordsBefore = dice.Between(2, 5), AfterPasswordChange = true };
        else if (person.ChangedPassword) row = row with { Story = "changed_password", AfterPasswordChange = true };
        person.ChangedPassword = false;
        if (!person.HasSignedIn)
        {
            device.News = null;
            return row with { Story = "first_sign_in", AfterPasswordChange = false, CanProve = true };
        }

        if (device.ForgetsOnExit) return row with { Story = "forgetful_browser", Browser = null };
        if (device.News is { } news)
        {
            device.News = null;
            return row with { Story = news };
        }

        // A computer that stands in a library or a lobby, and keeps the cookies of all who sat there
        if (dice.PerMille(1)) return row with { Story = "public_computer", Browser = $"public-{row.Whereabouts?.City}-{dice.Below(5)}" };
        return dice.PerMille(options.PrivateWindowPerMille) ? row with { Story = "private_window", Browser = null } : row;
    }
}
