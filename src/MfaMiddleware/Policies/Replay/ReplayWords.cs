using System.Globalization;

namespace MfaMiddleware.Policies.Replay;

/// <summary>What the reports for people have in common.</summary>
internal static class ReplayWords
{
    public static string Of(MfaOutcome outcome) => Of(ReplayTally.CodeOf(outcome));

    public static string Of(string outcome) => outcome switch
    {
        "pass" => "pass",
        "challenge" => "be challenged",
        "must_enroll" => "have to enrol",
        _ => "be denied",
    };

    public static string Of(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Share(int part, int whole) => whole == 0 ? "-" : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Period(MfaReplayReport report) => (report.From, report.To) switch
    {
        (null, null) => "all recorded sign-ins",
        ({ } from, null) => $"sign-ins since {Of(from)}",
        (null, { } to) => $"sign-ins before {Of(to)}",
        ({ } from, { } to) => $"sign-ins from {Of(from)} to before {Of(to)}",
    };

    private static string Of(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
}
