using System.Globalization;
using System.Net;
using System.Text;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>A table of networks or ranges and their places. Ranges that overlap are refused.</summary>
internal sealed class CsvFile : GeoData
{
    private readonly CsvTable<uint> _ipv4;
    private readonly CsvTable<UInt128> _ipv6;
    private readonly GeoLocation[] _places;

    private CsvFile(CsvTable<uint> ipv4, CsvTable<UInt128> ipv6, GeoLocation[] places) => (_ipv4, _ipv6, _places) = (ipv4, ipv6, places);

    /// <exception cref="FileFormatException">A line isn't what it should be: it says which and why.</exception>
    public static CsvFile Read(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        if (CsvColumns.TryRead(reader.ReadLine(), out var columns) is { } problem) throw new FileFormatException(file.Name, 1, problem);

        var (ipv4, ipv6, places) = (new List<CsvEntry<uint>>(), new List<CsvEntry<UInt128>>(), new CsvPlaces());
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text) && Add(text, line, columns, places, ipv4, ipv6) is { } wrong) throw new FileFormatException(file.Name, line, wrong);
        }

        return Make(file.Name, ipv4, ipv6, places);
    }

    public override GeoLocation? Find(IPAddress address)
    {
        var bits = AddressBits.Of(address);
        var place = bits.IsIPv6 ? _ipv6.Find(bits.Value) : _ipv4.Find((uint)bits.Value);
        return place < 0 ? null : _places[place];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_ipv4.Count + _ipv6.Count} ranges with {_places.Length} places");

    private static string? Add(
        ReadOnlySpan<char> line, int number, CsvColumns columns, CsvPlaces places, List<CsvEntry<uint>> ipv4, List<CsvEntry<UInt128>> ipv6)
    {
        var row = new CsvRow(stackalloc Range[CsvRow.MostFields]);
        if (!row.TrySplit(line)) return "a quote isn't closed, or there are too many fields.";
        if (row.Count != columns.Count) return string.Create(CultureInfo.InvariantCulture, $"it has {row.Count} fields, the first line {columns.Count}.");
        if (CsvRange.TryRead(line, row, columns, out var first, out var last) is { } problem) return problem;
        if (places.TryRead(line, row, columns, out var place) is { } wrong) return wrong;

        if (place < 0) return null;
        if (first.IsIPv6) ipv6.Add(new CsvEntry<UInt128>(first.Value, last.Value, place, number));
        else ipv4.Add(new CsvEntry<uint>((uint)first.Value, (uint)last.Value, place, number));
        return null;
    }

    private static CsvFile Make(string path, List<CsvEntry<uint>> ipv4, List<CsvEntry<UInt128>> ipv6, CsvPlaces places)
    {
        var overlap4 = CsvTable<uint>.TryMake(ipv4, out var table4);
        var overlap6 = CsvTable<UInt128>.TryMake(ipv6, out var table6);
        if ((overlap4 ?? overlap6) is var (line, problem)) throw new FileFormatException(path, line, problem);
        if (ipv4.Count + ipv6.Count == 0) throw new FileFormatException(path, "it has no place at all.");
        return new CsvFile(table4, table6, places.ToArray());
    }
}
