using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
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

    private async Task<RiskFinding> TravelAsync(double kilometres, TimeSpan within, double? errorThere = null, double? errorHere = null)
    {
        var history = HistoryAt(Equator with { AccuracyRadiusKm = errorThere });
        _rig.Places[Away] = new GeoLocation(0, kilometres / KmPerDegree) { Country = "KE", AccuracyRadiusKm = errorHere };
        return await _rig.FindAsync("impossible_travel", history, _rig.SignIn(Away) with { Now = _rig.Now + within });
    }

    private SignInHistory HistoryAt(GeoLocation place) => _rig.Known() with { LastVisit = new Visit(_rig.Now, place, false) };
}
