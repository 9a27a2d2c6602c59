using System.Net;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Geo.Mmdb;

/// <summary>A database in the MaxMind DB format 2.0 (https://maxmind.github.io/MaxMind-DB/) with the fields of the maker's City databases.</summary>
internal sealed class MmdbFile : GeoData
{
    // Some records of a database of cities have a country alone; a thousand without any place are no such database.
    private const int RecordsToTry = 1000;

    private readonly byte[] _file;
    private readonly MmdbTree _tree;
    private readonly int _dataStart;
    private readonly int _dataLength;

    private MmdbFile(byte[] file, MmdbMetadata metadata)
    {
        _file = file;
        _tree = new MmdbTree(file, metadata);
        _dataStart = (int)MmdbTree.SizeOf(metadata) + MmdbTree.Separator;
        _dataLength = metadata.Start - _dataStart;
    }

    /// <exception cref="FileFormatException">It is damaged, or knows no places.</exception>
    public static MmdbFile Read(FileStream file)
    {
        var bytes = GeoFile.ReadAll(file);
        return TryRead(bytes, out var database) is { } problem ? throw new FileFormatException(file.Name, problem) : database!;
    }

    /// <summary>Reads a database.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? TryRead(byte[] bytes, out MmdbFile? database)
    {
        database = null;
        if (MmdbMetadata.TryRead(bytes, out var metadata) is { } problem) return problem;

        var treeSize = MmdbTree.SizeOf(metadata);
        if (treeSize + MmdbTree.Separator > metadata.Start) return "its search tree is longer than the file.";
        if (bytes.AsSpan((int)treeSize, MmdbTree.Separator).ContainsAnyExcept((byte)0)) return "its search tree doesn't end where it should.";

        var read = new MmdbFile(bytes, metadata);
        if (!read._tree.IsSound(read._dataLength)) return "its search tree leads out of the file.";
        if (!read._tree.FirstOffsets(RecordsToTry).Any(o => read.LocationAt(o) is not null)) return "it has no coordinates: it must be a database of cities.";
        database = read;
        return null;
    }

    public override GeoLocation? Find(IPAddress address) => _tree.TryFind(AddressBits.Of(address), out var offset) ? LocationAt(offset) : null;

    public override string ToString() => "a MaxMind database";

    private GeoLocation? LocationAt(int offset)
    {
        var reader = new MmdbReader(_file.AsSpan(_dataStart, _dataLength));
        if (!reader.TryRead(offset, out var record) || !reader.TryFind(record, "location"u8, out var place)) return null;
        if (!reader.TryFindNumber(place, "latitude"u8, out var latitude) || !reader.TryFindNumber(place, "longitude"u8, out var longitude)) return null;
        if (!GeoLocation.IsPlace(latitude, longitude)) return null;

        // The country that the address is in; the one that it is registered in (registered_country) says nothing of a place.
        var code = reader.TryFind(record, "country"u8, out var country) && reader.TryFind(country, "iso_code"u8, out var iso) ? reader.Text(iso) : [];
        return new GeoLocation(latitude, longitude)
        {
            Country = code.Length == 2 ? CountryCodes.Of((char)code[0], (char)code[1]) : null,
            AccuracyRadiusKm = reader.TryFindNumber(place, "accuracy_radius"u8, out var radius) && radius >= 0 ? radius : null,
        };
    }
}
