using System.Diagnostics;
using System.Net;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Geo.Mmdb;
using MfaMiddleware.TestKit.Geo;
using MfaMiddleware.Tests.Methods.Fido;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.Policies.Signals.Geo;

/// <summary>A valid database with damage: it is refused, or each look-up ends with a place or none. Nothing is thrown, nothing hangs.</summary>
public sealed class MmdbFuzzTests(ITestOutputHelper output)
{
    private const int Runs = 2000;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(2);

    private static readonly IPAddress[] Addresses =
        [.. new[] { "192.0.2.1", "192.0.2.200", "198.51.100.1", "255.255.255.255", "0.0.0.0", "::1", "2001:db8::1", "2001:db8:8000::1", "::ffff:192.0.2.1", "ffff::" }.Select(IPAddress.Parse)];

    private int _refused;
    private int _read;
    private TimeSpan _slowest;

    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void BytesThatChangedAtRandom_GiveAPlaceOrNone(int recordSize)
    {
        var mutator = new Mutator(20_300_101 + (ulong)recordSize);
        var valid = Valid(recordSize);
        for (var i = 0; i < Runs; i++) LookUp(mutator.Mutate(valid));
        Report();
    }

    [Fact]
    public void EachByteThatChanged_GivesAPlaceOrNone()
    {
        var bytes = Valid(28);
        for (var i = 0; i < bytes.Length; i++)
        {
            var good = bytes[i];
            foreach (var bad in new byte[] { (byte)(good ^ 0x01), (byte)(good ^ 0xE0) })
            {
                bytes[i] = bad;
                LookUp(bytes);
            }

            bytes[i] = good;
        }

        Report();
    }

    [Fact]
    public void FileThatWasCutShort_IsRefused()
    {
        var bytes = Valid(24);
        for (var length = 0; length < bytes.Length; length++) Assert.NotNull(MmdbFile.TryRead(bytes[..length], out _));
    }

    private void LookUp(byte[] bytes)
    {
        var start = Stopwatch.GetTimestamp();
        if (MmdbFile.TryRead(bytes, out var file) is not null)
        {
            _refused++;
            return;
        }

        _read++;
        foreach (var address in Addresses)
        {
            if (file!.Find(address) is { } place) Assert.True(GeoLocation.IsPlace(place.Latitude, place.Longitude) && place.AccuracyRadiusKm is null or >= 0);
        }

        var taken = Stopwatch.GetElapsedTime(start);
        if (taken > _slowest) _slowest = taken;
    }

    private void Report()
    {
        output.WriteLine($"{_refused} refused, {_read} read, slowest {_slowest.TotalMilliseconds:F2} ms");
        Assert.True(_refused > 0 && _read > 0);
        Assert.InRange(_slowest, TimeSpan.Zero, Hang);
    }

    private static byte[] Valid(int recordSize) => new MmdbWriter(recordSize)
        .Add("192.0.2.0/25", MmdbWriter.City(52.52, 13.405)).Add("192.0.2.128/26", MmdbWriter.City(48.1351, 11.582)).Pad(2100)
        .Add("198.51.100.0/24", MmdbWriter.City(-33.8688, 151.2093, "AU")).Add("2001:db8::/33", MmdbWriter.City(40.7128, -74.006, "US", 5u)).ToBytes();
}
