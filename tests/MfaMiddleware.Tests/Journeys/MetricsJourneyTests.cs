using System.Diagnostics.Metrics;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

/// <summary>What an operator's dashboard counts, over one journey.</summary>
public sealed class MetricsJourneyTests
{
    [Fact]
    public async Task Journey_IsCountedByCodesWithoutIdentities()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["Policy:Mode"] = "Suspicious");
        using var counted = new Counted(host.Services.GetRequiredService<IMeterFactory>());
        using var client = host.Client();
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Mallory/1.0");

        var enrolled = await client.EnrollAsync(host, "alice");
        var device = enrolled.SignedIn.SetCookies.Single(c => c.Contains("mfa-device-", StringComparison.Ordinal)).Split(';')[0];
        await client.PostAsync("/login", new { user = "alice" }, [("Cookie", device)]);
        var token = (await client.LoginAsync("alice")).Token;
        for (var i = 0; i < 5; i++) token = (await client.AnswerAsync(token, enrolled.Device.WrongCode())).Token;
        await client.AnswerAsync((await client.LoginAsync("alice")).Token, enrolled.Device.Code());

        Assert.Equal(1, counted["mfa.decisions observed=False outcome=must_enroll rule=default"]);
        Assert.Equal(1, counted["mfa.decisions observed=False outcome=pass rule=default"]);
        Assert.Equal(2, counted["mfa.decisions observed=False outcome=challenge rule=default"]);
        Assert.Equal(2, counted["mfa.findings code=new_device confidence=low signal=new_device"]);
        Assert.Equal(1, counted["mfa.findings code=no_history confidence=unknown signal=new_network"]);
        Assert.Equal(1, counted["mfa.answers method=totp result=accepted"]);
        Assert.Equal(5, counted["mfa.answers method=totp result=rejected"]);
        Assert.Equal(1, counted["mfa.refusals method=totp reason=throttled"]);
        Assert.DoesNotContain(counted.Keys, k => k.Contains("alice", StringComparison.Ordinal) || k.Contains("Mallory", StringComparison.Ordinal) || k.Contains("127.0.0", StringComparison.Ordinal));
    }

    /// <summary>The sums by instrument and tags, of one host alone.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly Dictionary<string, long> _sums = [];
        private readonly MeterListener _listener = new();

        public Counted(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MfaMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}"))}";
                lock (_sums) _sums[key] = _sums.GetValueOrDefault(key) + value;
            });
            _listener.Start();
        }

        public IReadOnlyCollection<string> Keys
        {
            get
            {
                lock (_sums) return [.. _sums.Keys];
            }
        }

        public long this[string key]
        {
            get
            {
                lock (_sums) return _sums.GetValueOrDefault(key);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
