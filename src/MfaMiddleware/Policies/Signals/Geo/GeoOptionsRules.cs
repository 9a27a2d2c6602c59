namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>That <see cref="GeoOptions.File"/> is of a kind that can be read.</summary>
internal static class GeoOptionsRules
{
    public static void Check(GeoOptions options, SettingsCheck check) =>
        check.Must(options.File is null || IsKnown(options.File), nameof(options.File), options.File, "it must be the path of a .mmdb or .csv file.");

    public static bool IsKnown(string path) => GeoFile.IsMmdb(path) || GeoFile.IsCsv(path);
}
