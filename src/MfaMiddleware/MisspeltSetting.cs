namespace MfaMiddleware;

/// <summary>A key that no setting has, and that looks like one that has.</summary>
/// <param name="Path">The key path.</param>
/// <param name="Meant">The setting that was probably meant.</param>
internal sealed record MisspeltSetting(string Path, string Meant)
{
    /// <summary>Shorter names differ by so little from each other that a second letter says nothing.</summary>
    private const int LongName = 6;

    /// <summary>The name that this key looks like; null where it looks like none: it may be the app's own, or another package's.</summary>
    public static string? Guess(string key, IReadOnlyCollection<string> known) => known
        .Select(name => (Name: name, Edits: Edits(key.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(guess => guess.Edits <= (guess.Name.Length < LongName ? 1 : 2))
        .OrderBy(guess => guess.Edits).Select(guess => guess.Name).FirstOrDefault();

    /// <summary>How many letters must be put in, taken out or changed (Levenshtein).</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
