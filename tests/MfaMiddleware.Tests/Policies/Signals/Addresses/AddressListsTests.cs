using System.Net;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Files;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Addresses;

public sealed class AddressListsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoLists_KnowNobody()
    {
        using var settings = new SignalSettings(_folder);

        Assert.Equal(AddressVerdict.Unlisted, Of(settings, "192.0.2.1"));
        Assert.Equal(AddressVerdict.Unlisted, settings.Get<AddressLists>().Of(null));
    }

    [Fact]
    public void Verdict_NamesTheEntryAndWhereItStands()
    {
        _folder.Write("drop.txt", "; Spamhaus DROP List\n\n203.0.113.0/24 ; SBL1\n2001:db8::/32 # a comment\n#198.51.100.0/24\n");
        _folder.Write("office.txt", "\uFEFF10.0.0.0/8\r\n::1\r\n");
        using var settings = new SignalSettings(
            _folder, ("Addresses:Deny:0", "192.0.2.0/24"), ("Addresses:DenyFiles:0", "drop.txt"), ("Addresses:Trusted:0", "127.0.0.0/8"), ("Addresses:TrustedFiles:0", "office.txt"));

        Assert.Equal((AddressStanding.Denied, "192.0.2.0/24", "Mfa:Addresses:Deny"), Told(settings, "192.0.2.1"));
        Assert.Equal((AddressStanding.Denied, "203.0.113.0/24", "drop.txt"), Told(settings, "::ffff:203.0.113.9"));
        Assert.Equal((AddressStanding.Denied, "2001:db8::/32", "drop.txt"), Told(settings, "2001:db8::5"));
        Assert.Equal((AddressStanding.Trusted, "127.0.0.0/8", "Mfa:Addresses:Trusted"), Told(settings, "127.0.0.1"));
        Assert.Equal((AddressStanding.Trusted, "::1", "office.txt"), Told(settings, "::1"));
        Assert.Equal(AddressVerdict.Unlisted, Of(settings, "198.51.100.1"));
    }

    [Fact]
    public void AddressOnBothLists_IsDenied()
    {
        _folder.Write("drop.txt", "10.0.0.66");
        using var settings = new SignalSettings(_folder, ("Addresses:Trusted:0", "10.0.0.0/24"), ("Addresses:DenyFiles:0", _folder.PathOf("drop.txt")));

        Assert.Equal(AddressStanding.Denied, Of(settings, "10.0.0.66").Standing);
        Assert.Equal(AddressStanding.Trusted, Of(settings, "10.0.0.65").Standing);
    }

    [Fact]
    public void EverythingThatIsWrong_StopsTheStart()
    {
        _folder.Write("drop.txt", "192.0.2.0/24\n\n203.0.113.7/24\n");
        _folder.Write("all.txt", "128.0.0.0/1\n0.0.0.0/1\n");
        var e = Assert.Throws<OptionsValidationException>(() => new SignalSettings(
            _folder, ("Addresses:Deny:0", "192.0.2.0/24"), ("Addresses:Deny:1", "example.com"), ("Addresses:Trusted:0", "::/0"),
            ("Addresses:DenyFiles:0", "drop.txt"), ("Addresses:DenyFiles:1", "missing.txt"), ("Addresses:DenyFiles:2", " "), ("Addresses:TrustedFiles:0", "all.txt")));

        Assert.Equal(
            [
                "Mfa:Addresses:Deny:1 is 'example.com': it must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32.",
                "Mfa:Addresses:DenyFiles:2 is ' ': it must not be blank.",
                "Mfa:Addresses:Trusted: it trusts every address of IPv4 or of IPv6.",
                $"Mfa:Addresses:DenyFiles:0 is 'drop.txt': {_folder.PathOf("drop.txt")}, line 3: '203.0.113.7/24': the address has bits beyond the prefix; the network would be 203.0.113.0/24.",
                $"Mfa:Addresses:DenyFiles:1 is 'missing.txt': Could not find file '{_folder.PathOf("missing.txt")}'.",
                $"Mfa:Addresses:TrustedFiles:0 is 'all.txt': {_folder.PathOf("all.txt")}: it trusts every address of IPv4 or of IPv6.",
            ],
            e.Failures);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::ffff:0:0/96")]
    public void TrustInEverybody_StopsTheStart(string network) =>
        Assert.Throws<OptionsValidationException>(() => new SignalSettings(_folder, ("Addresses:Trusted:0", network)));

    [Fact]
    public void ChangedSettings_HoldForTheNextSignIn()
    {
        using var settings = new SignalSettings(_folder, ("Addresses:Deny:0", "192.0.2.0/24"));
        var before = settings.Get<MfaSettings>().Current;
        Assert.Equal(AddressStanding.Denied, Of(settings, "192.0.2.1").Standing);

        _folder.Write("drop.txt", "198.51.100.0/24");
        settings.Change(("Addresses:Deny:0", "203.0.113.0/24"), ("Addresses:DenyFiles:0", "drop.txt"));

        Assert.Equal(AddressStanding.Unlisted, Of(settings, "192.0.2.1").Standing);
        Assert.Equal(AddressStanding.Denied, Of(settings, "203.0.113.1").Standing);
        Assert.Equal(AddressStanding.Denied, Of(settings, "198.51.100.1").Standing);
        Assert.Equal(AddressStanding.Denied, settings.Get<AddressLists>().Of(IPAddress.Parse("192.0.2.1"), before).Standing);
    }

    [Fact]
    public void ChangeThatNamesABadFile_KeepsTheLastGoodSettings()
    {
        _folder.Write("bad.txt", "everybody");
        using var settings = new SignalSettings(_folder, ("Addresses:Deny:0", "192.0.2.0/24"));

        settings.Change(("Addresses:Deny:0", "203.0.113.0/24"), ("Addresses:DenyFiles:0", "bad.txt"));

        Assert.Equal(AddressStanding.Denied, Of(settings, "192.0.2.1").Standing);
        Assert.Contains(_folder.Log.Errors, e => e.Contains("bad.txt, line 1: 'everybody'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReplacedFile_IsInForceAndABadOneIsNot()
    {
        _folder.Write("office.txt", "10.0.0.0/8");
        using var settings = new SignalSettings(_folder, ("Addresses:TrustedFiles:0", "office.txt"));
        Assert.Equal(AddressStanding.Trusted, Of(settings, "10.0.0.1").Standing);

        _folder.Write("office.txt", "10.0.0.0/8\n0.0.0.0/0");
        await LookAsync(settings);
        Assert.Equal(AddressStanding.Trusted, Of(settings, "10.0.0.1").Standing);
        Assert.Equal(AddressStanding.Unlisted, Of(settings, "192.0.2.1").Standing);
        Assert.Contains("trusts every address", Assert.Single(_folder.Log.Errors), StringComparison.Ordinal);

        _folder.Write("office.txt", "192.0.2.0/24");
        await LookAsync(settings);
        Assert.Equal(AddressStanding.Unlisted, Of(settings, "10.0.0.1").Standing);
        Assert.Equal(AddressStanding.Trusted, Of(settings, "192.0.2.1").Standing);
    }

    [Fact]
    public void Lookup_AllocatesNothing()
    {
        _folder.Write("drop.txt", "203.0.113.0/24");
        using var settings = new SignalSettings(_folder, ("Addresses:DenyFiles:0", "drop.txt"), ("Addresses:Trusted:0", "10.0.0.0/8"));
        var lists = settings.Get<AddressLists>();
        var (denied, unlisted) = (IPAddress.Parse("203.0.113.1"), IPAddress.Parse("2001:db8::1"));

        Assert.Equal(0, Allocations.LeastOf(() => _ = (lists.Of(denied), lists.Of(unlisted))));
    }

    private async Task LookAsync(SignalSettings settings)
    {
        _folder.Clock.Advance(WatchedFile<AddressSet>.Interval);
        _ = Of(settings, "10.0.0.1");
        await settings.Get<AddressFiles>().Trusted.Open("office.txt").Look;
    }

    private static AddressVerdict Of(SignalSettings settings, string address) => settings.Get<AddressLists>().Of(IPAddress.Parse(address));

    private static (AddressStanding Standing, string Network, string? Source) Told(SignalSettings settings, string address) =>
        Of(settings, address) is var verdict ? (verdict.Standing, verdict.Network.ToString(), verdict.Source) : default;
}
