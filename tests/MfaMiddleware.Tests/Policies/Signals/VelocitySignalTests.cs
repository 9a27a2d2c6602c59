using MfaMiddleware.Policies.History;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

public sealed class VelocitySignalTests : IDisposable
{
    private readonly RiskRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(4, "no_failures")]
    [InlineData(5, "failed_passwords")]
    public async Task FailedPasswords_CountFromTheThresholdOn(int failures, string code)
    {
        var found = await _rig.FindAsync("velocity", Failing(failures, FailureKind.Password), _rig.SignIn());

        Assert.Equal((code, failures >= 5), (found.Code, found.IsAttackSign));
    }

    [Fact]
    public async Task PasswordsAndAnswers_AreCountedApart()
    {
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", Failing(4, FailureKind.Answer, Failing(4, FailureKind.Password)), _rig.SignIn()));
        Assert.Equal("failed_answers", await _rig.CodeAsync("velocity", Failing(5, FailureKind.Answer, Failing(4, FailureKind.Password)), _rig.SignIn()));
    }

    [Fact]
    public async Task FailuresAsOldAsTheWindow_NoLongerCount()
    {
        var history = Failing(5, FailureKind.Password);
        _rig.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal("failed_passwords", await _rig.CodeAsync("velocity", history, _rig.SignIn()));

        _rig.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", history, _rig.SignIn()));
    }

    [Fact]
    public async Task FailuresBeforeAClockThatWentBack_StillCount() =>
        Assert.Equal("failed_passwords", await _rig.CodeAsync("velocity", Failing(5, FailureKind.Password), _rig.SignIn() with { Now = _rig.Now.AddHours(-5) }));

    [Fact]
    public async Task GuessesElsewhere_DontChallengeTheOwnersBrowser_AndThoseOfItsOwnNetworkDo()
    {
        var elsewhere = Failing(9, FailureKind.Password, _rig.Known(), "203.0.113");
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", elsewhere, _rig.SignIn(secret: RiskRig.Secret)));
        Assert.Equal("failed_passwords", await _rig.CodeAsync("velocity", elsewhere, _rig.SignIn()));
        Assert.Equal("failed_passwords", await _rig.CodeAsync("velocity", elsewhere, _rig.SignIn("203.0.113.50", RiskRig.Secret)));
    }

    [Fact]
    public async Task ManyUsersFromOneNetwork_MakeItSuspiciousForTenMinutes_ButNotForAKnownBrowserThere()
    {
        for (var i = 0; i < 9; i++) Report($"user{i}");
        Report("user0");
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", _rig.Known(), _rig.SignIn()));

        Report(new string('x', 1_000_000));
        Assert.Equal("many_users_from_network", await _rig.CodeAsync("velocity", _rig.Known(), _rig.SignIn()));
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", _rig.Known(), _rig.SignIn(secret: RiskRig.Secret)));
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", _rig.Known(), _rig.SignIn("198.51.101.7")));

        _rig.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("no_failures", await _rig.CodeAsync("velocity", _rig.Known(), _rig.SignIn()));
    }

    private void Report(string name) => _rig.Get<MfaRiskReports>().SignInFailed(null, name, System.Net.IPAddress.Parse(RiskRig.Home));

    private SignInHistory Failing(int times, FailureKind kind, SignInHistory? history = null, string network = "198.51.100") =>
        Enumerable.Range(0, times).Aggregate(history ?? SignInHistory.Empty, (h, _) => h.Failed(new FailedSignIn(_rig.Now, kind, network)));
}
