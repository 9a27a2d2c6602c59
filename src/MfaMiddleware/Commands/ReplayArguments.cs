using System.Globalization;

namespace MfaMiddleware.Commands;

/// <summary>What <c>mfa replay</c> was called with.</summary>
internal sealed record ReplayArguments(string Settings)
{
    private static readonly string[] Known = ["--settings", "--from", "--to", "--realm", "--format", "--out"];
    private static readonly string[] Formats = ["text", "json", "html"];

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? Realm { get; init; }

    public string Format { get; init; } = "text";

    public string? Out { get; init; }

    /// <returns>The arguments, or what is wrong with them.</returns>
    public static (ReplayArguments? Arguments, string? Complaint) Parse(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!Known.Contains(args[i])) return (null, $"'{args[i]}' is unknown; there are {string.Join(", ", Known)}.");
            if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal)) return (null, $"{args[i]} needs a value.");
            if (!given.TryAdd(args[i], args[i + 1])) return (null, $"{args[i]} is given twice.");
        }

        if (!given.TryGetValue("--settings", out var settings)) return (null, "--settings is missing: the file with what differs from the settings in force.");
        var format = given.GetValueOrDefault("--format", "text");
        if (!Formats.Contains(format)) return (null, $"--format is '{format}'; it must be one of {string.Join(", ", Formats)}.");
        if (!TryTime(given, "--from", out var from, out var complaint) || !TryTime(given, "--to", out var to, out complaint)) return (null, complaint);
        if (from >= to) return (null, "--from must be before --to.");
        return (new ReplayArguments(settings) { From = from, To = to, Realm = given.GetValueOrDefault("--realm"), Format = format, Out = given.GetValueOrDefault("--out") }, null);
    }

    private static bool TryTime(Dictionary<string, string> given, string name, out DateTimeOffset? time, out string? complaint)
    {
        (time, complaint) = (null, null);
        if (!given.TryGetValue(name, out var text)) return true;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
        {
            time = parsed;
            return true;
        }

        complaint = $"{name} is '{text}'; it must be a time such as 2026-10-01 or 2026-10-01T08:00Z.";
        return false;
    }
}
