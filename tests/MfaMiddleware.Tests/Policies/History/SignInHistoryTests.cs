using MfaMiddleware.Policies.History;
using MfaMiddleware.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

public sealed class SignInHistoryTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MfaOptions Options = new();

    [Fact]
    public void Networks_AreBoundedAndTheOneNotSeenForLongestGoes()
    {
        var history = Enumerable.Range(0, 20).Aggregate(SignInHistory.Empty, (h, i) => Visit(h, i, $"n{i}"));
        history = Visit(history, 20, "n0");
        history = Visit(history, 21, "another");

        Assert.Equal(20, history.Networks.Count);
        Assert.Contains(history.Networks, n => n.Network == "n0");
        Assert.DoesNotContain(history.Networks, n => n.Network == "n1");
    }

    [Fact]
    public void Devices_AreBoundedAndTheOneNotSeenForLongestGoes()
    {
        var history = Enumerable.Range(0, 20).Aggregate(SignInHistory.Empty, (h, i) => h.WithDevice(Device($"d{i}", i), 20));
        history = history.WithDevice(Device("d0", 20), 20).WithDevice(Device("late", 5), 20);

        Assert.Equal(20, history.Devices.Count);
        Assert.Contains(history.Devices, d => d.Key == "d0");
        Assert.DoesNotContain(history.Devices, d => d.Key == "d1");
    }

    [Fact]
    public void DeviceThatIsUsedEachDay_StaysKnown_WhateverElseIsProvedAndNeverSeenAgain()
    {
        var history = Enumerable.Range(1, 30).Aggregate(
            SignInHistory.Empty.WithDevice(Device("phone", 0), 20),
            (h, i) => h.WithDevice(h.Devices.Single(d => d.Key == "phone") with { LastSeenAt = Now.AddSeconds(i) }, 20).WithDevice(Device($"private{i}", i), 20));

        Assert.Contains(history.Devices, d => d.Key == "phone");
    }

    [Fact]
    public void Since_LeavesOutOldChallengesForTravelToo()
    {
        var history = SignInHistory.Empty.WithDevice(Device("d", 9) with { Unanswered = [new(Now, "n", "DE"), new(Now.AddSeconds(2), "m", null)] }, 20);

        Assert.Equal("m", Assert.Single(history.Since(Now.AddSeconds(1)).Devices[0].Unanswered!).Network);
        Assert.Null(history.Since(Now.AddSeconds(3)).Devices[0].Unanswered);
    }

    [Fact]
    public void FailuresAndChanges_AreBounded()
    {
        var history = Enumerable.Range(0, 200).Aggregate(
            SignInHistory.Empty, (h, i) => h.Failed(new(Now.AddSeconds(i), FailureKind.Password, "n")).Changed(new(Now.AddSeconds(i), ChangeKind.Phone)));

        Assert.Equal((50, 10), (history.Failures.Count, history.Changes.Count));
        Assert.Equal((Now.AddSeconds(150), Now.AddSeconds(190)), (history.Failures[0].At, history.Changes[0].At));
    }

    [Fact]
    public void VisitThatComesLate_DoesNotTakeThePlaceOfANewerOne()
    {
        var history = Visit(Visit(SignInHistory.Empty, 10, "n"), 5, "n");

        Assert.Equal(Now.AddSeconds(10), history.LastVisit!.At);
        Assert.Equal(Now.AddSeconds(10), Assert.Single(history.Networks).At);
    }

    [Fact]
    public void ObservedVisit_MakesNoProvedNetworkAnObservedOne_AndIsOneUntilASignInIsProvedThere()
    {
        var observed = SignInHistory.Empty.Visited(new Visit(Now, null, true), "n", Options);
        Assert.True(observed.Networks[0].IsObserved);
        Assert.Null(observed.LastVisitOf(Options));
        Assert.False(observed.HasProofs(Options));

        var proved = Visit(observed, 1, "n");
        Assert.False(proved.Networks[0].IsObserved);
        Assert.False(proved.Visited(new Visit(Now.AddSeconds(2), null, true), "n", Options).Networks[0].IsObserved);
    }

    [Fact]
    public void VisitWithoutANetwork_AddsNone() => Assert.Empty(Visit(SignInHistory.Empty, 0, "").Networks);

    [Fact]
    public void Since_LeavesOutWhatIsOlderThanItMayBeKept()
    {
        var history = Visit(SignInHistory.Empty, 0, "n").Failed(new(Now, FailureKind.Answer, "n")).Changed(new(Now, ChangeKind.Password));
        Assert.Equal((1, 1, 1, true), Count(history.Since(Now)));
        Assert.Equal((0, 0, 0, false), Count(history.Since(Now.AddTicks(1))));
    }

    [Fact]
    public void Log_IsBoundedByNumberAndBySize()
    {
        var history = Enumerable.Range(0, 100).Aggregate(SignInHistory.Empty, (h, i) => SignInLog.AppendProof(SignInLog.Append(h, Record($"id{i}", "/"), new(), Options), Proof($"id{i}"), Options));
        var records = SignInLog.Read(history);
        Assert.Equal((30, "id70", true), (records.Count, records[0].Id, records.All(r => r.IsProved)));

        history = Enumerable.Range(0, 200).Aggregate(SignInHistory.Empty, (h, i) => SignInLog.Append(h, Record($"id{i}", new string('/', 2000)), new(), Options));
        Assert.InRange(history.Log.Length, 20_000, 24 * 1024);
        Assert.Equal("id199", SignInLog.Read(history)[^1].Id);
    }

    private static (int Networks, int Failures, int Changes, bool HasVisit) Count(SignInHistory h) => (h.Networks.Count, h.Failures.Count, h.Changes.Count, h.LastVisit is not null);

    private static SignInHistory Visit(SignInHistory history, int second, string network) => history.Visited(new Visit(Now.AddSeconds(second), null, false), network, Options);

    private static KnownDevice Device(string key, int second) => new(key, key)
    {
        Agent = "",
        CreatedAt = Now,
        LastSeenAt = Now.AddSeconds(second),
        ProvedAt = Now.AddSeconds(second),
        AsOf = 0,
        Policy = "",
    };

    private static DeviceProof Proof(string id) => new() { Subject = new("", "alice"), SessionId = id, At = Now, Browser = new("secret", ""), AsOf = 0 };

    private static MfaSignInRecord Record(string id, string path) => new() { Id = id, At = Now, Scheme = "Cookies", Path = path, Outcome = MfaMiddleware.Policies.MfaOutcome.Required, Rule = "default" };
}
