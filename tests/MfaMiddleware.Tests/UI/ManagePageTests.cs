using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

public sealed class ManagePageTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        _browser = new Browser(_host);
        _device = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task WithoutASession_TheSignInIsAskedFor()
    {
        var page = await _browser.GetAsync("/mfa/manage");

        Assert.Equal(302, page.Status);
        Assert.Contains("/Account/Login?ReturnUrl=%2Fmfa%2Fmanage", page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Factor_IsAddedRenamedAndRemoved()
    {
        await SignInAsync();
        var added = await AddAsync("Old phone");
        var renamed = await ChangeAsync(added, "Old phone", "rename", ("name", "New <phone>"));
        var removed = await ChangeAsync(renamed, "New <phone>", "remove");

        Assert.Equal(["Authenticator app", "Old phone"], Names(added));
        Assert.Equal(["Authenticator app", "New <phone>"], Names(renamed));
        Assert.Equal(["Authenticator app"], Names(removed));
        Assert.Equal("It has been removed.", removed.Notice);
    }

    [Fact]
    public async Task NewRecoveryCodes_AreShownOnce()
    {
        await SignInAsync();
        var page = await _browser.GetAsync("/mfa/manage");

        var codes = await PostAsync(page, new() { ["do"] = "codes" });
        var after = await _browser.GetAsync("/mfa/manage");

        Assert.Equal(10, codes.RecoveryCodes.Count);
        Assert.Empty(after.RecoveryCodes);
        Assert.Contains("10 codes are left", after.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldProof_IsRenewedBeforeAChange()
    {
        await SignInAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(6));
        var page = await _browser.GetAsync("/mfa/manage");
        Assert.Empty(page.Document.QuerySelectorAll("[name=do][value=codes]"));

        var stepUp = await PostAsync(page, new() { ["do"] = "confirm" });
        var done = await _browser.AnswerAsync(await _browser.GetAsync(stepUp.Location!), _device.Code());

        Assert.Equal((303, "/mfa/manage"), (done.Status, done.Location));
        Assert.NotEmpty((await _browser.GetAsync("/mfa/manage")).Document.QuerySelectorAll("[name=do][value=codes]"));
    }

    [Fact]
    public async Task OldProof_ChangesNothing()
    {
        await SignInAsync();
        var page = await _browser.GetAsync("/mfa/manage");
        _host.Clock.Advance(TimeSpan.FromMinutes(6));

        var refused = await PostAsync(page, new() { ["do"] = "remove", ["id"] = _device.FactorId });

        Assert.StartsWith("/mfa/verify", refused.Location, StringComparison.Ordinal);
        Assert.Equal(["Authenticator app"], Names(await _browser.GetAsync("/mfa/manage")));
    }

    [Fact]
    public async Task ChangeWithoutAntiforgeryToken_ChangesNothing()
    {
        await SignInAsync();

        var refused = await _browser.PostAsync("/mfa/manage", new() { ["do"] = "remove", ["id"] = _device.FactorId });

        Assert.Equal(400, refused.Status);
        Assert.Equal(["Authenticator app"], Names(refused));
    }

    private async Task SignInAsync() => Assert.Equal(303, (await _browser.AnswerAsync(await _browser.SignInAsync("alice"), _device.Code())).Status);

    private async Task<Page> AddAsync(string name)
    {
        // The list is ordered by age.
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        var started = await PostAsync(await _browser.GetAsync("/mfa/manage"), new() { ["do"] = "add", ["method"] = "totp", ["name"] = name });
        var page = await _browser.GetAsync(started.Location!);
        var device = new TotpDevice("", page.Document.QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal), _host.Clock);
        var wrong = await _browser.AnswerAsync(page, device.WrongCode());
        Assert.Contains("attempts left", wrong.Notice, StringComparison.Ordinal);
        return await _browser.GetAsync((await _browser.AnswerAsync(wrong, device.Code())).Location!);
    }

    private async Task<Page> ChangeAsync(Page page, string name, string change, params (string Name, string Value)[] more)
    {
        var item = page.Document.QuerySelectorAll(".mfa-factors > li").Single(li => li.QuerySelector("h2")!.TextContent == name);
        var fields = more.ToDictionary(m => m.Name, m => m.Value);
        (fields["do"], fields["id"]) = (change, item.QuerySelector("[name=id]")!.GetAttribute("value")!);
        return await _browser.GetAsync((await PostAsync(page, fields)).Location!);
    }

    private Task<Page> PostAsync(Page page, Dictionary<string, string> fields)
    {
        fields["__RequestVerificationToken"] = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return _browser.PostAsync("/mfa/manage", fields);
    }

    private static string[] Names(Page page) => [.. page.Document.QuerySelectorAll(".mfa-factors h2").Select(h => h.TextContent)];
}
