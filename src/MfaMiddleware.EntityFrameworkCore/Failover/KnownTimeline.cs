using System.Globalization;

namespace MfaMiddleware.EntityFrameworkCore.Failover;

/// <summary>The line of history that a database was on when it was asked.</summary>
/// <param name="Name">Its name; null where the database has none, or doesn't say.</param>
/// <param name="Row">What the database keeps of it: the name, and from when on its marks are whole, in UTC ticks.</param>
internal sealed record KnownTimeline(string? Name, string? Row)
{
    /// <summary>A database that never forgets what it has committed, or one that can't be watched.</summary>
    public static readonly KnownTimeline Unwatched = new(null, null);

    /// <summary>Since when every single-use mark is surely there; null for always.</summary>
    public DateTimeOffset? MarksSince => Row is { } row && TicksOf(row) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public static KnownTimeline Of(string name, long ticks) => new(name, string.Create(CultureInfo.InvariantCulture, $"{name} {ticks}"));

    public static bool IsOf(string row, string name) => row.StartsWith(name + " ", StringComparison.Ordinal);

    // Whatever else stands there counts as a moment that never comes: fail closed.
    private static long TicksOf(string row) =>
        long.TryParse(row.AsSpan(row.IndexOf(' ', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            ? ticks
            : DateTime.MaxValue.Ticks;
}
