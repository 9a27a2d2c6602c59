using AngleSharp.Html.Dom;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>"Don't ask again in this browser", and the list of those browsers on the page of the user's own.</summary>
public sealed class RememberedBrowserTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            (o.Settings["TrustedDevices:Enabled"], o.Settings["Policy:AllowTrustedDevice"], o.Settings["Policy:ReuseProofFor"]) = ("true", "true", "00:00:00");
            o.Mfa = mfa => mfa.AddUI();
        });
        _browser = new Browser(_host);
        _device = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task TickedBox_SparesTheNextChallenge_UntilTheBrowserIsRemovedOnTheManagePage()
    {
        var page = await _browser.SignInAsync("alice");
        Assert.Equal((false, "Don’t ask again in this browser for 14 days"), BoxOf(page));

        // It stays ticked where the code was wrong, and counts with the right one.
        var again = await AnswerAsync(page, _device.WrongCode(), remembers: true);
        Assert.True(BoxOf(again)!.Value.IsTicked);
        Assert.Equal(303, (await AnswerAsync(again, _device.Code(), remembers: true)).Status);
        Assert.Equal("/home", await LocationOfSignInAsync());

        // It was let in without a proof, and a change needs one.
        var manage = await ConfirmAsync(_browser);
        Assert.Equal(["This browser"], manage.Document.QuerySelectorAll(".mfa-tag").Select(e => e.TextContent));
        Assert.Contains("You aren’t asked there until", manage.Document.Body!.TextContent, StringComparison.Ordinal);

        var removed = await ChangeAsync(_browser, manage, "forget");
        Assert.Equal("Done. The next sign-in there has to be confirmed.", removed.Notice);
        Assert.Empty(removed.Document.QuerySelectorAll(".mfa-tag"));
        Assert.StartsWith("/mfa/verify", await LocationOfSignInAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Box_IsOfferedForASignInsOwnFactorsAlone()
    {
        await _host.Services.GetRequiredService<MfaMiddleware.Factors.IMfaFactorStore>().TryReplaceCodesAsync(new MfaSubject("", "alice"), ["unknown"], _host.Clock.GetUtcNow(), default);
        var page = await _browser.SignInAsync("alice");
        Assert.NotNull(BoxOf(page));
        Assert.Null(BoxOf(await _browser.GetAsync($"{page.Path}&method=recovery_code")));

        // A fresh proof of someone who is signed in, and a first set-up.
        Assert.Equal(303, (await AnswerAsync(page, _device.Code(), remembers: false)).Status);
        var confirm = await ChangeAsync(_browser, await _browser.GetAsync("/mfa/manage"), "confirm");
        Assert.Equal(("Confirm it’s you", null), (confirm.Heading, BoxOf(confirm)));
        Assert.Null(BoxOf(await _browser.SignInAsync("newcomer")));
    }

    [Fact]
    public async Task RemovingAll_NeedsAFreshProof_AndLeavesNone()
    {
        using var other = new Browser(_host);
        await other.AnswerAsync(await other.SignInAsync("alice"), _device.Code());
        _host.Clock.Advance(TimeSpan.FromMinutes(6));
        await _browser.AnswerAsync(await _browser.SignInAsync("alice"), _device.Code());
        Assert.Empty((await other.GetAsync("/mfa/manage")).Document.QuerySelectorAll("button[value=forget], button[value=forget_all]"));

        var manage = await ConfirmAsync(other);
        Assert.Equal(2, manage.Document.QuerySelectorAll("button[value=forget]").Length);
        var none = await ChangeAsync(other, manage, "forget_all");

        Assert.Equal((200, 0), (none.Status, none.Document.QuerySelectorAll("button[value=forget]").Length));
        Assert.StartsWith("/mfa/verify", await LocationOfSignInAsync(), StringComparison.Ordinal);
    }

    private static (bool IsTicked, string Text)? BoxOf(Page page) =>
        page.Document.QuerySelector("input[name=remember_device]") is IHtmlInputElement box ? (box.IsChecked, box.ParentElement!.TextContent.Trim()) : null;

    private Task<Page> AnswerAsync(Page page, string code, bool remembers)
    {
        var fields = page.FormWith("code");
        fields["code"] = code;
        // What a browser sends of a box that isn't ticked: nothing.
        if (!remembers) fields.Remove("remember_device");
        return _browser.SubmitAsync("/mfa/verify", fields);
    }

    private async Task<string?> LocationOfSignInAsync() => (await _browser.PostAsync("/form", new() { ["user"] = "alice" })).Location;

    /// <summary>The manage page after a fresh proof.</summary>
    private async Task<Page> ConfirmAsync(Browser browser)
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var question = await ChangeAsync(browser, await browser.GetAsync("/mfa/manage"), "confirm");
        Assert.Equal("/mfa/manage", (await browser.AnswerAsync(question, _device.Code())).Location);
        return await browser.GetAsync("/mfa/manage");
    }

    private static async Task<Page> ChangeAsync(Browser browser, Page manage, string change)
    {
        var form = manage.Document.QuerySelector($"button[value={change}]")?.Closest("form");
        var fields = form?.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value) ?? manage.FormWith("do");
        fields["do"] = change;
        var done = await browser.PostAsync("/mfa/manage", fields);
        return done.Location is { } location ? await browser.GetAsync(location) : done;
    }
}
