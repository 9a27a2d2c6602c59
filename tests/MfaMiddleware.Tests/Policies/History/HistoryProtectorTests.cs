using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Tests.Policies.Signals;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

public sealed class HistoryProtectorTests : IDisposable
{
    private readonly RiskRig _rig = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly HistoryProtector _protector;

    public HistoryProtectorTests() => _protector = new HistoryProtector(_keys);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void History_ComesBackAsItWas_AndCantBeReadFromItsBytes()
    {
        var history = Full();
        var data = _protector.Protect(RiskRig.Alice, history);
        var back = _protector.Unprotect(RiskRig.Alice, data)!;

        Assert.Equal(history.Devices, back.Devices);
        Assert.Equal(history.Networks, back.Networks);
        Assert.Equal(history.Failures, back.Failures);
        Assert.Equal(history.Changes, back.Changes);
        Assert.Equal((history.LastVisit, history.LastProvedAt, history.DevicesVoidBefore, history.GraceStartedAt), (back.LastVisit, back.LastProvedAt, back.DevicesVoidBefore, back.GraceStartedAt));
        Assert.Equal(history.Log.ToArray(), back.Log.ToArray());
        Assert.DoesNotContain("198.51.100", Encoding.Latin1.GetString(data), StringComparison.Ordinal);
    }

    [Fact]
    public void ChallengesForTravel_ComeBack()
    {
        var history = _rig.Known(_rig.Device() with { Unanswered = [new(_rig.Now, "198.51.100", "DE"), new(_rig.Now, "2001:db8:7", null)] });

        Assert.Equal(history.Devices[0].Unanswered, _protector.Unprotect(RiskRig.Alice, _protector.Protect(RiskRig.Alice, history))!.Devices[0].Unanswered);
    }

    [Fact]
    public void RecordOfAnOlderOrNewerVersion_Opens_AndKnowsWhatBothKnow()
    {
        const string Json = "{\"devices\":[{\"id\":\"i\",\"key\":\"k\",\"agent\":\"a\",\"created_at\":\"2030-01-01T00:00:00+00:00\",\"last_seen_at\":\"2030-01-01T00:00:00+00:00\","
            + "\"proved_at\":\"2030-01-01T00:00:00+00:00\",\"as_of\":1,\"policy\":\"p\",\"of_a_later_version\":{\"x\":[1]}}],\"of_another\":7}";
        byte[] clear = [1, .. BitConverter.GetBytes(Json.Length), .. Encoding.UTF8.GetBytes(Json)];
        var data = _keys.CreateProtector("MfaMiddleware.History", SubjectPurpose.Of(RiskRig.Alice)).Protect(clear);

        var device = Assert.Single(_protector.Unprotect(RiskRig.Alice, data)!.Devices);

        Assert.Equal(("k", null, null), (device.Key, device.TravelledAt, device.Unanswered));
    }

    [Fact]
    public void BytesOfAnotherUserOrKeyRing_OpenForNobody()
    {
        var data = _protector.Protect(RiskRig.Alice, Full());

        Assert.Null(_protector.Unprotect(new MfaSubject("", "bob"), data));
        Assert.Null(_protector.Unprotect(new MfaSubject("other", "alice"), data));
        Assert.Null(new HistoryProtector(new EphemeralDataProtectionProvider()).Unprotect(RiskRig.Alice, data));
    }

    [Fact]
    public void Garbage_IsNoHistory()
    {
        var data = _protector.Protect(RiskRig.Alice, Full());
        Assert.Null(_protector.Unprotect(RiskRig.Alice, []));
        Assert.Null(_protector.Unprotect(RiskRig.Alice, RandomNumberGenerator.GetBytes(500)));
        for (var length = 0; length < data.Length; length += 37) Assert.Null(_protector.Unprotect(RiskRig.Alice, data[..length]));
        for (var at = 0; at < data.Length; at += 37)
        {
            var bent = (byte[])data.Clone();
            bent[at] ^= 1;
            Assert.Null(_protector.Unprotect(RiskRig.Alice, bent));
        }
    }

    [Theory]
    [InlineData("02-00-00-00-00")]
    [InlineData("00-02-00-00-00-7B-7D")]
    [InlineData("01-02-00-00")]
    [InlineData("01-FF-FF-FF-7F-7B-7D")]
    [InlineData("01-FF-FF-FF-FF-7B-7D")]
    [InlineData("01-02-00-00-00-7B-2C")]
    [InlineData("01-04-00-00-00-6E-75-6C-6C")]
    [InlineData("01-02-00-00-00-5B-5D")]
    public void OtherFormOrBrokenOne_IsNoHistory_ThoughItIsOurOwn(string bytes)
    {
        var protector = _keys.CreateProtector("MfaMiddleware.History", SubjectPurpose.Of(RiskRig.Alice));
        Assert.NotNull(_protector.Unprotect(RiskRig.Alice, protector.Protect(Convert.FromHexString("01020000007B7D"))));

        Assert.Null(_protector.Unprotect(RiskRig.Alice, protector.Protect(Convert.FromHexString(bytes.Replace("-", "", StringComparison.Ordinal)))));
    }

    private SignInHistory Full()
    {
        var history = _rig.Known(_rig.Device() with { TrustedUntil = _rig.Now.AddDays(14), IsObserved = true, TravelledAt = _rig.Now })
            .Failed(new(_rig.Now, FailureKind.Answer, "n")).Changed(new(_rig.Now, ChangeKind.Phone)) with
        { DevicesVoidBefore = _rig.Now.AddTicks(7), GraceStartedAt = _rig.Now, LastVisit = new(_rig.Now, new(1.5, -2.5) { Country = "DE", AccuracyRadiusKm = 20 }, true) };
        return SignInLog.AppendProof(history, _rig.Proof("id"), _rig.Options);
    }
}
