using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

public sealed class ImpossibleTravelSignalTests : IDisposable
{
    private const string Away = "203.0.113.9";
    private static readonly GeoLocation Equator = new(0, 0) { Country = "GA" };

    // Along the equator a degree is as long as another.
    private static readonly double KmPerDegree = Equator.DistanceKmTo(new GeoLocation(0, 1));
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(149.9, "minimal_travel_from_last_login")]
    [InlineData(150.1, "impossible_travel")]
    public async Task DistanceWithinWhichDatabasesErr_IsNoTravel(double kilometres, string code) => Assert.Equal(code, (await TravelAsync(kilometres, TimeSpan.Zero)).Code);

    [Theory]
    [InlineData(74.5, "impossible_travel", true)]
    [InlineData(75.5, "new_country", false)]
    [InlineData(299, "new_country", false)]
    [InlineData(301, "possible_travel", false)]
    public async Task NewCountryWithinHours_IsSuspicious_AndFasterThanThePlaneASignOfAnAttack(double minutes, string code, bool isAttack)
    {
        var found = await TravelAsync(1000, TimeSpan.FromMinutes(minutes));

        Assert.Equal((code, isAttack, minutes > 300 ? 0 : 60), (found.Code, found.IsAttackSign, found.Weight));
        Assert.Equal(("1000", "GA", "KE"), (found.Details["km"], found.Details["from"], found.Details["to"]));
    }

    [Fact]
    public async Task TravelWithinACountry_IsUnusualAndTooLittleToChallengeAKnownBrowser()
    {
        _rig.Places[Away] = new GeoLocation(0, 9) { Country = "GA" };
        var risk = await _rig.AssessAsync(HistoryAt(Equator), _rig.SignIn(Away, RiskRig.Secret));

        Assert.Equal((45, false), (risk.Score, risk.IsSuspicious));
        Assert.Equal(["impossible_travel", "new_network"], risk.Codes);
        Assert.True((await _rig.AssessAsync(HistoryAt(Equator with { Country = null }), _rig.SignIn(Away, RiskRig.Secret))).IsSuspicious);
    }

    [Fact]
    public async Task CountryInWhichTheUserHasBeen_IsNotNew()
    {
        var history = HistoryAt(Equator).Visited(new Visit(_rig.Now.AddDays(-9), new GeoLocation(0, 9) { Country = "KE" }, false), "192.0.2", _rig.Options);
        _rig.Places[Away] = new GeoLocation(0, 9) { Country = "KE" };

        Assert.Equal("possible_travel", await _rig.CodeAsync("impossible_travel", history, _rig.SignIn(Away) with { Now = _rig.Now.AddHours(9) }));
        var tooFast = await _rig.FindAsync("impossible_travel", history, _rig.SignIn(Away));
        Assert.Equal(("impossible_travel", RiskConfidence.Medium, 30), (tooFast.Code, tooFast.Confidence, tooFast.Weight));
    }

    [Fact]
    public async Task ErrorsOfBothPlaces_AreTakenOffTheDistance()
    {
        Assert.Equal("minimal_travel_from_last_login", (await TravelAsync(300, TimeSpan.Zero, 100, 60)).Code);
        Assert.Equal("impossible_travel", (await TravelAsync(300, TimeSpan.Zero, 100, 40)).Code);
    }

    [Fact]
    public async Task ClockThatWentBack_GivesNoTimeToTravel()
    {
        var found = await TravelAsync(500, TimeSpan.FromHours(-3));

        Assert.Equal(("impossible_travel", "0"), (found.Code, found.Details["minutes"]));
    }

    [Fact]
    public async Task KnownOrTrustedNetwork_IsNoTravel_WhateverTheDatabaseSays()
    {
        var history = HistoryAt(Equator) with { Networks = [new SeenNetwork("203.0.113", _rig.Now, false)] };
        _rig.Places[Away] = new GeoLocation(0, 90);

        Assert.Equal("known_network", await _rig.CodeAsync("impossible_travel", history, _rig.SignIn(Away)));
    }

    [Fact]
    public async Task WithoutAPlaceOrALastVisit_ThereIsNothingToSay()
    {
        var found = await _rig.FindAsync("impossible_travel", HistoryAt(Equator), _rig.SignIn("203.0.113.77"));
        Assert.Equal(("no_location", RiskConfidence.Neutral, 0), (found.Code, found.Confidence, found.Weight));

        _rig.Places[Away] = Equator;
        Assert.Equal("no_last_location", await _rig.CodeAsync("impossible_travel", _rig.Known(), _rig.SignIn(Away)));
        Assert.Equal("no_last_location", await _rig.CodeAsync("impossible_travel", _rig.Known() with { LastVisit = new Visit(_rig.Now, Equator, true) }, _rig.SignIn(Away)));
    }

    [Theory]
    [InlineData(19.9, true, "new_country")]
    [InlineData(20, true, "possible_travel")]
    [InlineData(20, false, "new_country")]
    public async Task NewCountryAfterTheLongestFlight_IsAJourney_OnlyOfAKnownBrowser(double hours, bool isKnown, string code) =>
        Assert.Equal(code, (await TravelAsync(10_000, TimeSpan.FromHours(hours), _rig.Device(), isKnown)).Code);

    [Theory]
    [InlineData(0.1, 29, true, "impossible_travel", RiskConfidence.Medium)]
    [InlineData(4, 29, true, "new_country", RiskConfidence.Medium)]
    [InlineData(0.1, 31, true, "impossible_travel", RiskConfidence.Low)]
    [InlineData(4, 31, true, "new_country", RiskConfidence.Low)]
    [InlineData(0.1, 29, false, "impossible_travel", RiskConfidence.Low)]
    [InlineData(4, 29, false, "new_country", RiskConfidence.Low)]
    public async Task AnotherCountryOfABrowserThatTravelledLately_IsOnlyUnusual(double hours, int daysAgo, bool isKnown, string code, RiskConfidence confidence)
    {
        var device = _rig.Device() with { TravelledAt = _rig.Now.AddDays(-daysAgo) };

        var found = await TravelAsync(1000, TimeSpan.FromHours(hours), device, isKnown);

        Assert.Equal((code, confidence), (found.Code, found.Confidence));
        Assert.Equal(confidence == RiskConfidence.Medium, found.Details.ContainsKey("travelled"));
    }

    [Fact]
    public async Task BrowserThatTravelledLately_IsAskedInAnotherCountry_OnlyWhereMoreSpeaksAgainstIt()
    {
        _rig.Places[Away] = new GeoLocation(0, 9) { Country = "KE" };
        var device = _rig.Device() with { TravelledAt = _rig.Now.AddDays(-1) };

        Assert.Equal((45, false), await ScoreAsync(device, RiskRig.Agent));
        Assert.Equal((135, true), await ScoreAsync(device, "Firefox, Linux"));
        // No country to compare is no country of theirs.
        _rig.Places[Away] = new GeoLocation(0, 9);
        Assert.Equal((75, true), await ScoreAsync(device, RiskRig.Agent));

        async Task<(int, bool)> ScoreAsync(KnownDevice known, string agent)
        {
            var risk = await _rig.AssessAsync(HistoryAt(Equator, known), _rig.SignIn(Away, RiskRig.Secret, agent));
            return (risk.Score, risk.IsSuspicious);
        }
    }

    [Theory]
    [InlineData("203.0.113", null)]
    [InlineData("192.0.2", "KE")]
    public async Task ChallengeForTravelThatWasLeftOpen_IsAskedAgainInThatNetworkOrCountry_HoweverLongSomebodyWaits(string network, string? country)
    {
        var device = _rig.Device() with { TravelledAt = _rig.Now.AddDays(-1), Unanswered = [new UnansweredTravel(_rig.Now, network, country)] };

        foreach (var (hours, code) in new[] { (0.1, "impossible_travel"), (6, "new_country"), (48, "new_country") })
        {
            var found = await TravelAsync(1000, TimeSpan.FromHours(hours), device, isKnown: true);
            Assert.Equal((code, RiskConfidence.Low, "2030-01-01T12:00:00Z"), (found.Code, found.Confidence, found.Details["unanswered"]));
            Assert.False(found.Details.ContainsKey("travelled"));
        }
    }

    [Fact]
    public async Task ChallengeForTravelThatWasLeftOpen_CountsNowhereElse_AndNoMoreOnceTheUserWasThere()
    {
        var device = _rig.Device() with { Unanswered = [new UnansweredTravel(_rig.Now, "192.0.2", "TZ")] };
        Assert.Equal("possible_travel", (await TravelAsync(1000, TimeSpan.FromHours(48), device, isKnown: true)).Code);

        var open = _rig.Device() with { Unanswered = [new UnansweredTravel(_rig.Now, "192.0.2", "KE")] };
        var history = HistoryAt(Equator, open).Visited(new Visit(_rig.Now.AddDays(-9), new GeoLocation(0, 9) { Country = "KE" }, false), "192.0.2", _rig.Options);
        _rig.Places[Away] = new GeoLocation(0, 9) { Country = "KE" };
        Assert.Equal("possible_travel", await _rig.CodeAsync("impossible_travel", history, _rig.SignIn(Away, RiskRig.Secret) with { Now = _rig.Now.AddHours(9) }));
    }

    private async Task<RiskFinding> TravelAsync(double kilometres, TimeSpan within, KnownDevice device, bool isKnown)
    {
        _rig.Places[Away] = new GeoLocation(0, kilometres / KmPerDegree) { Country = "KE" };
        return await _rig.FindAsync("impossible_travel", HistoryAt(Equator, device), _rig.SignIn(Away, isKnown ? RiskRig.Secret : null) with { Now = _rig.Now + within });
    }

    private async Task<RiskFinding> TravelAsync(double kilometres, TimeSpan within, double? errorThere = null, double? errorHere = null)
    {
        var history = HistoryAt(Equator with { AccuracyRadiusKm = errorThere });
        _rig.Places[Away] = new GeoLocation(0, kilometres / KmPerDegree) { Country = "KE", AccuracyRadiusKm = errorHere };
        return await _rig.FindAsync("impossible_travel", history, _rig.SignIn(Away) with { Now = _rig.Now + within });
    }

    private SignInHistory HistoryAt(GeoLocation place, KnownDevice? device = null) => _rig.Known(device) with { LastVisit = new Visit(_rig.Now, place, false) };
}
