using System.Globalization;
using System.Text;

namespace MfaMiddleware.Policies.Replay;

/// <summary>The report for a terminal.</summary>
internal static class ReplayText
{
    public static string Of(MfaReplayReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Replay of {ReplayWords.Period(report)}: sign-ins {ReplayWords.Of(report.SignIns)}, users {ReplayWords.Of(report.Users)}\n");
        if (report.Realm is { } realm) text.Append(CultureInfo.InvariantCulture, $"Realm: {realm}\n");
        if (report.UsersCutShort > 0) text.Append(CultureInfo.InvariantCulture, $"Of {ReplayWords.Of(report.UsersCutShort)} users only the last sign-ins are kept.\n");
        Append(text, "Sign-ins that would", report.Outcomes, c => ReplayWords.Of(c.Name));
        AppendChanges(text, report.Changes);
        Append(text, "By rule", report.Rules, c => $"{c.Name}: {ReplayWords.Of(c.Code!)}");
        Append(text, "Findings against", report.Signals, c => $"{c.Name}: {c.Code}");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<MfaReplayCount> counts, Func<MfaReplayCount, string> nameOf)
    {
        if (counts.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"\n{title,-44}{"before",10}{"users",8}{"after",10}{"users",8}\n");
        foreach (var c in counts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {nameOf(c),-42}{ReplayWords.Of(c.SignInsBefore),10}{ReplayWords.Of(c.UsersBefore),8}");
            text.Append(CultureInfo.InvariantCulture, $"{ReplayWords.Of(c.SignInsAfter),10}{ReplayWords.Of(c.UsersAfter),8}\n");
        }
    }

    private static void AppendChanges(StringBuilder text, IReadOnlyList<MfaReplayMove> changes)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{"What changes",-44}{"sign-ins",10}{"users",8}\n");
        if (changes.Count == 0) text.Append("  nothing\n");
        foreach (var m in changes)
        {
            var name = $"{ReplayWords.Of(m.Before)} -> {ReplayWords.Of(m.After)}";
            text.Append(CultureInfo.InvariantCulture, $"  {name,-42}{ReplayWords.Of(m.SignIns),10}{ReplayWords.Of(m.Users),8}\n");
        }
    }
}
