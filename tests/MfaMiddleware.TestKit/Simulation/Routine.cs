namespace MfaMiddleware.TestKit.Simulation;

internal enum PersonKind { OfficeWorker, HomeOffice, FieldWorker, Traveller, Student, VpnUser, Occasional }

/// <summary>How a kind of person lives: chances in thousandths a day, days a week, times a year.</summary>
internal sealed record Routine(
    int Share, int ComputerOnWorkdays, int ComputerOnWeekends, int PhoneOnWorkdays, int PhoneOnWeekends, int Tablet,
    int DaysOut, int BusinessTrips, int Holidays, int Vpn)
{
    private static readonly Dictionary<PersonKind, Routine> All = new()
    {
        [PersonKind.OfficeWorker] = new(350, 850, 60, 300, 150, 60, 4, 3, 2, 3),
        [PersonKind.HomeOffice] = new(200, 880, 100, 250, 200, 150, 0, 2, 2, 10),
        [PersonKind.FieldWorker] = new(120, 250, 40, 900, 200, 30, 5, 4, 2, 3),
        [PersonKind.Traveller] = new(80, 850, 200, 600, 350, 60, 3, 28, 1, 20),
        [PersonKind.Student] = new(120, 700, 450, 450, 400, 100, 4, 1, 3, 15),
        [PersonKind.VpnUser] = new(50, 750, 400, 350, 300, 80, 2, 1, 2, 600),
        [PersonKind.Occasional] = new(80, 28, 28, 15, 15, 5, 3, 1, 2, 3),
    };

    public static Routine Of(PersonKind kind) => All[kind];

    public static readonly int[] Shares = [.. Enum.GetValues<PersonKind>().Select(kind => All[kind].Share)];
}
