using MfaMiddleware.Policies.Signals.Files;
using MfaMiddleware.Policies.Signals.Geo.Csv;
using MfaMiddleware.Policies.Signals.Geo.Mmdb;

namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>Reads a file of places by its name's end.</summary>
internal static class GeoFile
{
    public static bool IsMmdb(string path) => path.EndsWith(".mmdb", StringComparison.OrdinalIgnoreCase);

    public static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    public static GeoData Read(FileStream file) => IsMmdb(file.Name) ? MmdbFile.Read(file) : CsvFile.Read(file);

    /// <summary>The whole file. It isn't mapped: a mapped file that somebody cuts short takes the process with it.</summary>
    public static byte[] ReadAll(FileStream file)
    {
        if (file.Length > Array.MaxLength) throw new FileFormatException(file.Name, "it is larger than 2 GB.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
