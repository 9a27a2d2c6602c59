using MfaMiddleware.Policies.Signals.Addresses;

namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>The addresses of a row.</summary>
internal static class CsvRange
{
    /// <summary>Reads them.</summary>
    /// <returns>What is wrong with the row; null if nothing is.</returns>
    public static string? TryRead(ReadOnlySpan<char> line, CsvRow row, CsvColumns columns, out AddressBits first, out AddressBits last)
    {
        if (columns.Network >= 0)
        {
            var problem = AddressNetwork.TryParse(line[row[columns.Network]].Trim(), out var network);
            (first, last) = (network.First, network.Last);
            return problem is null ? null : $"network: {problem}";
        }

        last = default;
        if (!AddressBits.TryParse(line[row[columns.Start]].Trim(), out first)) return "start_ip must be an address.";
        if (!AddressBits.TryParse(line[row[columns.End]].Trim(), out last)) return "end_ip must be an address.";
        return first.IsIPv6 != last.IsIPv6 || first.Value > last.Value ? "start_ip must not be after end_ip, and both of one family." : null;
    }
}
