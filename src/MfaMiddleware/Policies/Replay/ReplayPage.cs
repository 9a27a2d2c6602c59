using System.Globalization;
using System.Net;
using System.Text;

namespace MfaMiddleware.Policies.Replay;

/// <summary>The report as a page that can be sent around: tables with a chart beside each, drawn in the page itself.</summary>
internal static class ReplayPage
{
    private const string Style = """
        :root{color-scheme:light dark;--before:#8a94a6;--after:#2457c5;--line:#d5dae3;--muted:#515b6b;font:16px/1.5 system-ui,sans-serif}
        @media(prefers-color-scheme:dark){:root{--after:#8ab0ff;--line:#39414f;--muted:#aab4c4}}
        body{max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}
        p,caption{color:var(--muted);text-align:left}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;font-variant-numeric:tabular-nums}
        th:first-child{text-align:left;font-weight:normal}thead th{font-weight:600}
        svg{width:100%;height:auto;margin:.5rem 0}svg text{fill:currentColor;font-size:13px}
        .before{fill:var(--before)}.after{fill:var(--after)}
        """;

    public static string Of(MfaReplayReport report)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        page.Append("<title>Replay of sign-ins</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n<main>\n<h1>Replay of sign-ins</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Sign-ins: {ReplayWords.Of(report.SignIns)}, users: {ReplayWords.Of(report.Users)}; {ReplayWords.Period(report)}");
        if (report.Realm is { } realm) page.Append(CultureInfo.InvariantCulture, $", realm {Encoded(realm)}");
        page.Append(". \u201cBefore\u201d is what was recorded, \u201cafter\u201d what the changed settings decide.</p>\n");
        if (report.UsersCutShort > 0) page.Append(CultureInfo.InvariantCulture, $"<p>Of {ReplayWords.Of(report.UsersCutShort)} users only the last sign-ins are kept.</p>\n");
        Append(page, "Sign-ins that would", report.Outcomes, c => ReplayWords.Of(c.Name), report.SignIns);
        AppendChanges(page, report.Changes);
        Append(page, "By rule", report.Rules, c => $"{c.Name}: {ReplayWords.Of(c.Code!)}", report.SignIns);
        Append(page, "Findings against sign-ins", report.Signals, c => $"{c.Name}: {c.Code}", report.SignIns);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, string title, IReadOnlyList<MfaReplayCount> counts, Func<MfaReplayCount, string> nameOf, int all)
    {
        if (counts.Count == 0) return;
        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{title}</h2>\n");
        BarChart.Append(page, title, [.. counts.Select(c => new Bars(nameOf(c), c.SignInsBefore, c.SignInsAfter))]);
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\"><table>\n<caption>{title}</caption>\n<thead><tr><th scope=\"col\"></th>");
        foreach (var column in (string[])["Before", "Share", "Users", "After", "Share", "Users"]) page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{column}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var c in counts)
        {
            Row(
                page, nameOf(c), ReplayWords.Of(c.SignInsBefore), ReplayWords.Share(c.SignInsBefore, all), ReplayWords.Of(c.UsersBefore),
                ReplayWords.Of(c.SignInsAfter), ReplayWords.Share(c.SignInsAfter, all), ReplayWords.Of(c.UsersAfter));
        }

        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static void AppendChanges(StringBuilder page, IReadOnlyList<MfaReplayMove> changes)
    {
        page.Append("<section>\n<h2>What changes</h2>\n");
        if (changes.Count == 0)
        {
            page.Append("<p>Nothing.</p>\n</section>\n");
            return;
        }

        page.Append("<div class=\"wide\"><table>\n<caption>Sign-ins whose outcome changes</caption>\n<thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Sign-ins</th><th scope=\"col\">Users</th></tr></thead>\n<tbody>\n");
        foreach (var m in changes) Row(page, $"{ReplayWords.Of(m.Before)} \u2192 {ReplayWords.Of(m.After)}", ReplayWords.Of(m.SignIns), ReplayWords.Of(m.Users));
        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static void Row(StringBuilder page, string name, params ReadOnlySpan<string> cells)
    {
        page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Encoded(name)}</th>");
        foreach (var cell in cells) page.Append(CultureInfo.InvariantCulture, $"<td>{cell}</td>");
        page.Append("</tr>\n");
    }

    /// <summary>Names of rules and codes are the host's.</summary>
    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
