using System.Net;
using FsCheck;
using FsCheck.Fluent;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>Random histories and sign-ins: nothing that a client sends lowers a risk, and the explanation is what it says it is.</summary>
public sealed class RiskPropertyTests : IDisposable
{
    private static readonly string[] Addresses = ["198.51.100.7", "198.51.101.7", "203.0.113.9", "2001:db8:7::1", "2001:db8:8::1", "192.0.2.66"];
    private static readonly string[] Secrets = [.. "stuv".Select(c => new string(c, 43))];
    private static readonly string?[] UserAgents =
    [
        null, "", "curl/8.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36", "\u0000\uFFFF", new string('x', 9000),
        "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "198.51.100.7", "known_device", "Googlebot",
    ];

    private readonly RiskRig _rig = new(null, null, ("Addresses:Deny:0", "192.0.2.0/24"), ("Addresses:Trusted:0", "198.51.101.0/24"));
    private readonly MfaOptions _any;

    public RiskPropertyTests()
    {
        foreach (var (address, i) in Addresses.Select((a, i) => (a, i))) _rig.Places[address] = new GeoLocation(i * 10, i * 20) { Country = "DE" };
        for (var i = 0; i < 12; i++) _rig.Get<MfaRiskReports>().SignInFailed(null, $"n{i}", IPAddress.Parse("203.0.113.9"));
        using var any = new RiskRig(null, null, ("Policy:Signals:Combine", "Any"));
        _any = any.Options;
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void WhateverAClientWithoutAKnownCookieSends_LowersNeitherScoreNorDecision() => ForAll(dice =>
    {
        var (history, bare) = (History(dice), SignIn(dice));
        // Secrets of this user's browsers, stolen ones too, aren't the client's to choose: all else is.
        var cookie = dice.OneOf([null, "", "x", new string('z', 43), new string('-', 43), history.Devices.Count > 0 ? history.Devices[0].Key : "k", history.Devices.Count > 0 ? history.Devices[0].Id : "k", "\n" + Secrets[0]]);
        var dressed = bare with { Browser = new BrowserFacts(cookie, BrowserAgent.Of(dice.OneOf(UserAgents))) };

        var (before, after) = (Assess(history, bare), Assess(history, dressed));
        Assert.Equal(before.Findings.Select(f => (f.Code, f.Weight, f.IsAttackSign)), after.Findings.Select(f => (f.Code, f.Weight, f.IsAttackSign)));
        Assert.Equal((before.Score, before.IsSuspicious, before.IsAttack), (after.Score, after.IsSuspicious, after.IsAttack));
        Assert.False(_rig.Get<RiskEngine>().ContextOf(dressed, new LoadedHistory(history, 1, null), _rig.Options).IsKnownDevice);
    });

    [Fact]
    public void UserAgentOfAKnownBrowser_CanOnlyTakeItsStandingAway() => ForAll(dice =>
    {
        var history = History(dice);
        if (history.Devices.Find(d => d.Key == DeviceReader.KeyOf(RiskRig.Alice, Secrets[0])) is not { } device) return;
        var owner = SignIn(dice) with { Browser = new BrowserFacts(Secrets[0], device.Agent) };
        var (honest, lied) = (Assess(history, owner), Assess(history, owner with { Browser = owner.Browser with { Agent = BrowserAgent.Of(dice.OneOf(UserAgents)) } }));

        Assert.True(lied.Score >= honest.Score, $"{lied.Score} < {honest.Score}");
        Assert.True(lied.IsSuspicious || !honest.IsSuspicious);
        Assert.True(lied.IsAttack || !honest.IsAttack);
    });

    [Fact]
    public void LackOfHistory_ChallengesAndIsNeverASignOfAnAttack() => ForAll(dice =>
    {
        var signIn = SignIn(dice) with { RemoteAddress = dice.OneOf([null, IPAddress.Parse("198.51.100.7"), IPAddress.IPv6Loopback]) };
        var risk = Assess(SignInHistory.Empty, signIn with { Browser = new BrowserFacts(dice.OneOf([null, .. Secrets]), "") });

        Assert.True(risk.IsSuspicious);
        Assert.False(risk.IsAttack);
        Assert.DoesNotContain(risk.Findings, f => f is { Confidence: RiskConfidence.Unknown, IsAttackSign: true });
    });

    [Fact]
    public void MoreAgainstASignIn_NeverLowersItsScore() => ForAll(dice =>
    {
        var (history, signIn) = (History(dice), SignIn(dice) with { Browser = new BrowserFacts(dice.OneOf([null, .. Secrets]), RiskRig.Agent) });
        var worse = dice.Below(5) switch
        {
            0 => history.Failed(new FailedSignIn(signIn.Now, FailureKind.Password, NetworkOf(signIn.RemoteAddress))),
            1 => history.Changed(new AccountChange(signIn.Now.AddTicks(1), ChangeKind.PasswordReset)),
            2 => history with { DevicesVoidBefore = signIn.Now.AddTicks(1) },
            3 => history with { Devices = [], LastProvedAt = history.LastProvedAt ?? signIn.Now },
            _ => history with { Networks = [], LastProvedAt = history.LastProvedAt ?? signIn.Now },
        };

        var (before, after) = (Assess(history, signIn), Assess(worse, signIn));
        Assert.True(after.Score >= before.Score, $"{after.Score} < {before.Score}: {string.Join(' ', before.Codes)} -> {string.Join(' ', after.Codes)}");
        Assert.True(after.IsSuspicious || !before.IsSuspicious);
    });

    [Fact]
    public void WouldHaveAvoided_IsWhatWouldHaveAvoidedIt_AndNothingLess() => ForAll(dice =>
    {
        var signIn = SignIn(dice) with { Browser = new BrowserFacts(dice.OneOf([null, .. Secrets]), RiskRig.Agent) };
        var risk = Assess(History(dice), signIn, dice.Below(2) == 0 ? _any : _rig.Options);
        var codes = risk.WouldHaveAvoided;
        if (!risk.IsSuspicious)
        {
            Assert.Empty(codes);
            return;
        }

        Assert.Equal(risk.Codes.Take(codes.Count), codes);
        for (var kept = 0; kept <= codes.Count; kept++)
        {
            // Two signals may give the same code: both go with it.
            var rest = risk.Findings.Where(f => !f.IsSuspicious || !codes.Take(kept).Contains(f.Code)).ToList();
            Assert.Equal(kept < codes.Count, (risk with { Findings = rest, Score = rest.Sum(f => f.Weight) }).IsSuspicious);
        }
    });

    private static string NetworkOf(IPAddress? address) => MfaMiddleware.Interposition.Network.Of(address);

    private RiskAssessment Assess(SignInHistory history, MfaPolicyContext signIn, MfaOptions? options = null) => _rig.AssessAsync(history, signIn, options).AsTask().GetAwaiter().GetResult();

    private MfaPolicyContext SignIn(Draws dice) => _rig.SignIn(dice.OneOf(Addresses)) with { Now = _rig.Now.AddMinutes(dice.Below(60 * 24 * 120) - 60) };

    private SignInHistory History(Draws dice)
    {
        var history = SignInHistory.Empty;
        for (var i = dice.Below(4); i > 0; i--)
        {
            var device = _rig.Device(Secrets[i - 1]) with { Agent = dice.OneOf([RiskRig.Agent, ""]), IsObserved = dice.Below(5) == 0, SecurityStamp = dice.OneOf([null, null, "other"]) };
            history = history.WithDevice(device, 20) with { LastProvedAt = device.ProvedAt };
        }

        for (var i = dice.Below(4); i > 0; i--)
        {
            var (address, observed) = (dice.OneOf(Addresses), dice.Below(5) == 0);
            history = history.Visited(new Visit(_rig.Now.AddMinutes(dice.Below(5000)), _rig.Places.GetValueOrDefault(address), observed), NetworkOf(IPAddress.Parse(address)), _rig.Options);
        }

        for (var i = dice.Below(12); i > 0; i--) history = history.Failed(new(_rig.Now.AddMinutes(dice.Below(200)), dice.OneOf([FailureKind.Password, FailureKind.Answer]), dice.OneOf(["198.51.100", "203.0.113"])));
        for (var i = dice.Below(3); i > 0; i--) history = history.Changed(new(_rig.Now.AddMinutes(dice.Below(3000)), (ChangeKind)dice.Below(4)));
        return dice.Below(4) == 0 ? history with { DevicesVoidBefore = _rig.Now.AddMinutes(dice.Below(60)) } : history;
    }

    private static void ForAll(Action<Draws> property) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf().Resize(80)), draws =>
        {
            property(new Draws(draws));
            return true;
        }));

    /// <summary>The numbers of one random case, one after the other; zeros when they are used up.</summary>
    private sealed class Draws(int[] numbers)
    {
        private int _next;

        public int Below(int end) => _next < numbers.Length ? numbers[_next++] % end : 0;

        public T OneOf<T>(T[] choices) => choices[Below(choices.Length)];
    }
}
