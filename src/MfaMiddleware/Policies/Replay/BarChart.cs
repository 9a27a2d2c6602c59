using System.Globalization;
using System.Net;
using System.Text;

namespace MfaMiddleware.Policies.Replay;

/// <summary>Two bars of one thing.</summary>
internal sealed record Bars(string Name, int Before, int After);

/// <summary>A bar chart as SVG within a page: the table beside it says the same to who can't see it.</summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int Left = 250;
    private const int Right = 80;
    private const int Bar = 12;
    private const int Step = 40;

    public static void Append(StringBuilder page, string title, IReadOnlyList<Bars> rows)
    {
        var most = Math.Max(1, rows.Max(r => Math.Max(r.Before, r.After)));
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {(rows.Count * Step) + 24}\" role=\"img\" aria-label=\"{title}, before and after: the table below has the figures\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<rect class=\"before\" x=\"{Left}\" y=\"4\" width=\"12\" height=\"12\"/><text x=\"{Left + 18}\" y=\"15\">before</text>");
        page.Append(CultureInfo.InvariantCulture, $"<rect class=\"after\" x=\"{Left + 90}\" y=\"4\" width=\"12\" height=\"12\"/><text x=\"{Left + 108}\" y=\"15\">after</text>\n");
        for (var i = 0; i < rows.Count; i++)
        {
            var y = 28 + (i * Step);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 16}\" text-anchor=\"end\">{WebUtility.HtmlEncode(Short(rows[i].Name))}</text>");
            AppendBar(page, "before", y, rows[i].Before, most);
            AppendBar(page, "after", y + Bar + 2, rows[i].After, most);
            page.Append('\n');
        }

        page.Append("</svg>\n");
    }

    private static void AppendBar(StringBuilder page, string name, int y, int count, int most)
    {
        var length = (int)((long)count * (Width - Left - Right) / most);
        if (count > 0) page.Append(CultureInfo.InvariantCulture, $"<rect class=\"{name}\" x=\"{Left}\" y=\"{y}\" width=\"{Math.Max(1, length)}\" height=\"{Bar}\"/>");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + length + 6}\" y=\"{y + Bar - 1}\">{ReplayWords.Of(count)}</text>");
    }

    private static string Short(string name) => name.Length > 34 ? name[..33] + "\u2026" : name;
}
