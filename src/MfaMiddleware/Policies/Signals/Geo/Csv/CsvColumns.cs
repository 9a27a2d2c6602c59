namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>Where the columns are that we read; -1 for one that isn't there.</summary>
internal sealed class CsvColumns
{
    private readonly Dictionary<string, int> _byName;

    private CsvColumns(Dictionary<string, int> byName)
    {
        _byName = byName;
        Network = Of("network");
        (Start, End) = (Of("start_ip"), Of("end_ip"));
        (Latitude, Longitude) = (Of("latitude"), Of("longitude"));
        Country = Of("country_iso_code") is var code and >= 0 ? code : Of("country");
        AccuracyRadius = Of("accuracy_radius");
    }

    public int Count => _byName.Count;

    public int Network { get; }

    public int Start { get; }

    public int End { get; }

    public int Latitude { get; }

    public int Longitude { get; }

    public int Country { get; }

    public int AccuracyRadius { get; }

    /// <summary>Reads the first line.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? TryRead(string? header, out CsvColumns columns)
    {
        var byName = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        columns = new CsvColumns(byName);
        var row = new CsvRow(stackalloc Range[CsvRow.MostFields]);
        if (header is null || !row.TrySplit(header)) return "it must begin with a line of column names, with commas between them.";
        for (var i = 0; i < row.Count; i++)
        {
            if (!byName.TryAdd(header.AsSpan()[row[i]].Trim().ToString(), i)) return "two columns have the same name.";
        }

        columns = new CsvColumns(byName);
        if (columns.Network < 0 && (columns.Start < 0 || columns.End < 0)) return "it must have the column network, or start_ip and end_ip.";
        return columns.Latitude < 0 || columns.Longitude < 0 ? "it must have the columns latitude and longitude." : null;
    }

    private int Of(string name) => _byName.GetValueOrDefault(name, -1);
}
