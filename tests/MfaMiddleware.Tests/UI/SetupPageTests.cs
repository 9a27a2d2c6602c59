using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

public sealed class SetupPageTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        _browser = new Browser(_host);
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task FirstFactor_IsSetUpInThreeStepsWithoutScript()
    {
        var scan = await _browser.SignInAsync("bob");
        var device = DeviceOf(scan);
        Assert.NotNull(scan.Document.QuerySelector(".mfa-qr svg path"));

        var codes = await _browser.GetAsync(LinkTo(scan, "/mfa/codes"));
        var confirm = await _browser.GetAsync(scan.Path + "&step=confirm&saved=on");
        var wrong = await _browser.AnswerAsync(confirm, device.WrongCode());
        var done = await _browser.AnswerAsync(wrong, device.Code());

        Assert.Equal(10, codes.RecoveryCodes.Count);
        Assert.Contains("4 attempts left", wrong.Notice, StringComparison.Ordinal);
        Assert.Equal((303, "/home"), (done.Status, done.Location));
        Assert.True(await _browser.IsSignedInAsync());

        using var later = new Browser(_host);
        Assert.Equal(303, (await later.AnswerAsync(await later.SignInAsync("bob"), codes.RecoveryCodes[3])).Status);
    }

    [Fact]
    public async Task Reload_KeepsTheSecretAndTheCodes()
    {
        var scan = await _browser.SignInAsync("bob");
        var codes = await _browser.GetAsync(LinkTo(scan, "/mfa/codes"));

        var again = await _browser.GetAsync(scan.Path);
        var codesAgain = await _browser.GetAsync(LinkTo(again, "/mfa/codes"));

        Assert.Equal(DeviceOf(scan).Secret, DeviceOf(again).Secret);
        Assert.Equal(codes.RecoveryCodes, codesAgain.RecoveryCodes);
    }

    [Fact]
    public async Task UnsavedCodes_AreShownBeforeTheLastStep()
    {
        var scan = await _browser.SignInAsync("bob");

        var skipped = await _browser.GetAsync(scan.Path + "&step=confirm");

        Assert.Equal(303, skipped.Status);
        Assert.StartsWith("/mfa/codes", skipped.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAndSetup_LeadToEachOtherWithoutALoop()
    {
        var scan = await _browser.SignInAsync("bob");
        var toSetup = await _browser.GetAsync(scan.Path.Replace("setup", "verify", StringComparison.Ordinal));
        await _host.EnrollTotpAsync("alice");
        var verify = await _browser.SignInAsync("alice");
        var toVerify = await _browser.GetAsync(verify.Path.Replace("verify", "setup", StringComparison.Ordinal));

        Assert.Equal(scan.Path, toSetup.Location);
        Assert.Equal(verify.Path, toVerify.Location);
    }

    [Fact]
    public async Task LoserOfTwoFirstSetUps_IsRefused()
    {
        using var second = new Browser(_host);
        var (one, two) = (await _browser.SignInAsync("bob"), await second.SignInAsync("bob"));
        var (deviceOne, deviceTwo) = (DeviceOf(one), DeviceOf(two));
        var (confirmOne, confirmTwo) = (await _browser.GetAsync(one.Path + "&step=confirm&saved=on"), await second.GetAsync(two.Path + "&step=confirm&saved=on"));

        var won = await _browser.AnswerAsync(confirmOne, deviceOne.Code());
        var lost = await second.AnswerAsync(confirmTwo, deviceTwo.Code());

        Assert.Equal((303, 403), (won.Status, lost.Status));
        Assert.False(await second.IsSignedInAsync());
    }

    private TotpDevice DeviceOf(Page page) => new("", page.Document.QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal), _host.Clock);

    private static string LinkTo(Page page, string path) => page.Document.QuerySelector($"a[href^='{path}']")!.GetAttribute("href")!;
}
