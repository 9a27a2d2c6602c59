using System.Net;
using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>Locates by the file of <c>Mfa:Geo:File</c>; without one no place is known.</summary>
/// <param name="options">The present settings.</param>
/// <param name="files">The file that they name.</param>
internal sealed class FileGeoLocator(Func<MfaOptions> options, WatchedFiles<GeoData> files) : IGeoLocator
{
    private volatile Opened? _opened;

    public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) =>
        new(options().Geo.File is { } path ? FileOf(path).Current.Find(address) : null);

    private WatchedFile<GeoData> FileOf(string path)
    {
        if (_opened is { } opened && opened.Path == path) return opened.File;

        // The validation of the settings has read it: nothing is read here.
        files.KeepOnly([path]);
        opened = new Opened(path, files.Open(path));
        _opened = opened;
        return opened.File;
    }

    private sealed record Opened(string Path, WatchedFile<GeoData> File);
}
