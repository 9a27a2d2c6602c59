using System.Net;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Files;
using MfaMiddleware.Policies.Signals.Geo;
using MfaMiddleware.TestKit.Geo;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Geo;

public sealed class GeoLocatorTests : IDisposable
{
    private const string Berlin = "network,latitude,longitude,country\n192.0.2.0/24,52.52,13.405,DE\n";
    private const string Sydney = "network,latitude,longitude,country\n192.0.2.0/24,-33.8688,151.2093,AU\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NoFile_KnowsNoPlace()
    {
        using var settings = new SignalSettings(_folder);

        Assert.Null(await CountryAsync(settings));
    }

    [Fact]
    public async Task Databases_AreReadByTheirNamesEnd()
    {
        _folder.Write("places.MMDB", new MmdbWriter(28).Add("192.0.2.0/24", MmdbWriter.City(40.7, -74, "US")).ToBytes());
        _folder.Write("places.csv", Berlin);
        using var settings = new SignalSettings(_folder, ("Geo:File", "places.MMDB"));
        Assert.Equal("US", await CountryAsync(settings));

        settings.Change(("Geo:File", _folder.PathOf("places.csv")));
        Assert.Equal("DE", await CountryAsync(settings));

        settings.Change(("Geo:File", null));
        Assert.Null(await CountryAsync(settings));
    }

    [Theory]
    [InlineData("places.txt", "it must be the path of a .mmdb or .csv file.")]
    [InlineData(" ", "it must be the path of a .mmdb or .csv file.")]
    [InlineData("damaged.mmdb", "{0}damaged.mmdb: it isn't a MaxMind database, or its end is missing.")]
    [InlineData("damaged.csv", "{0}damaged.csv, line 1: it must have the column network, or start_ip and end_ip.")]
    [InlineData("missing.mmdb", "Could not find file '{0}missing.mmdb'.")]
    public void FileThatCantBeRead_StopsTheStart(string file, string problem)
    {
        _folder.Write("damaged.mmdb", "PK");
        _folder.Write("damaged.csv", "PK");

        var e = Assert.Throws<OptionsValidationException>(() => new SignalSettings(_folder, ("Geo:File", file)));

        Assert.Equal([$"Mfa:Geo:File is '{file}': {string.Format(null, problem, _folder.Root + Path.DirectorySeparatorChar)}"], e.Failures);
    }

    [Fact]
    public async Task ReplacedFile_IsInForceAndABadOneIsNot()
    {
        _folder.Write("places.csv", Berlin);
        using var settings = new SignalSettings(_folder, ("Geo:File", "places.csv"));
        Assert.Equal("DE", await CountryAsync(settings));

        _folder.Write("places.csv", "not a table");
        Assert.Equal("DE", await CountryLaterAsync(settings));
        Assert.Contains("places.csv, line 1", Assert.Single(_folder.Log.Errors), StringComparison.Ordinal);

        _folder.Write("places.csv", Sydney);
        Assert.Equal("AU", await CountryLaterAsync(settings));
    }

    [Fact]
    public async Task Host_LocatesByTheLocatorOfItsOwn()
    {
        _folder.Write("places.csv", Berlin);
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Geo:File"] = _folder.PathOf("places.csv");
            o.Settings["Addresses:Deny:0"] = "192.0.2.0/24";
            o.Mfa = mfa => mfa.AddGeoLocator<OwnLocator>();
        });

        Assert.IsType<OwnLocator>(host.Services.GetRequiredService<IGeoLocator>());
        Assert.Single(host.Services.GetServices<IGeoLocator>());
    }

    [Fact]
    public async Task Host_DoesNotStartWithBadFiles()
    {
        _folder.Write("places.csv", "PK");

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(o =>
        {
            o.Settings["Geo:File"] = _folder.PathOf("places.csv");
            o.Settings["Addresses:DenyFiles:0"] = _folder.PathOf("places.csv");
        }));

        Assert.Equal(2, e.Failures.Count(f => f.Contains("places.csv, line 1: ", StringComparison.Ordinal)));
    }

    private async Task<string?> CountryLaterAsync(SignalSettings settings)
    {
        _folder.Clock.Advance(WatchedFile<GeoData>.Interval);
        await CountryAsync(settings);
        await settings.Get<WatchedFiles<GeoData>>().Open("places.csv").Look;
        return await CountryAsync(settings);
    }

    private static async Task<string?> CountryAsync(SignalSettings settings) =>
        (await settings.Get<IGeoLocator>().LocateAsync(IPAddress.Parse("192.0.2.1"), default))?.Country;

    private sealed class OwnLocator : IGeoLocator
    {
        public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) => default;
    }
}
