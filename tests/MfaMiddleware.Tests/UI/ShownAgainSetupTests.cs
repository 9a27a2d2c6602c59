using System.Text.Json;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>The set-up of what isn't typed from an app: no step of it is the answer to a form.</summary>
public sealed class ShownAgainSetupTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddUI();
        });
        _browser = new Browser(_host);
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task RefusedNumber_AndOneTooSoon_AreSaidBehindARedirect()
    {
        var choose = await _browser.SignInAsync("bob");

        var refused = await BeginAsync(choose, "sms", "0151 1");
        var begun = await BeginAsync(choose, "sms", "+49 151 23456742");
        var tooSoon = await BeginAsync(choose, "sms", "+49 151 23456743");
        var shown = await _browser.GetAsync(tooSoon.Location!);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var later = await _browser.GetAsync(tooSoon.Location!);

        Assert.All((Page[])[refused, begun, tooSoon], answer => Assert.Equal(303, answer.Status));
        Assert.DoesNotContain("151", refused.Location!, StringComparison.Ordinal);
        var again = await _browser.GetAsync(refused.Location!);
        Assert.Equal((200, "alert"), (again.Status, again.Document.QuerySelector("#notice")!.GetAttribute("role")));
        Assert.StartsWith("That number can’t be used.", again.Notice, StringComparison.Ordinal);
        Assert.Equal((429, "30", "No new code was sent. Wait 30 seconds, then try again."), (shown.Status, shown.Header("Retry-After"), shown.Notice));
        Assert.Equal((200, null, null), (later.Status, later.Header("Retry-After"), later.Notice));
    }

    [Fact]
    public async Task KeysCeremony_SurvivesAReload_AndIsOverWithItsAnswer()
    {
        using var key = new SoftAuthenticator();
        var choose = await _browser.SignInAsync("bob");
        await BeginAsync(choose, "fido", null);
        var confirm = await _browser.GetAsync(choose.Path + "&step=confirm&saved=on");
        var answer = await _browser.PostAsync("/mfa/setup", new(confirm.FormWith("enrollment")) { ["start"] = "1" });
        var started = await _browser.GetAsync(answer.Location!);
        var reloaded = await _browser.GetAsync(answer.Location!);

        Assert.Equal(303, answer.Status);
        Assert.Equal(OptionsOf(started), OptionsOf(reloaded));
        var wrong = await AnswerAsync(reloaded, "{}");
        Assert.Contains("4 attempts left", wrong.Notice, StringComparison.Ordinal);
        Assert.All((Page[])[wrong, await _browser.GetAsync(answer.Location!)], page => Assert.NotNull(page.Document.QuerySelector("button[name=start]")));

        var anew = await _browser.SubmitAsync("/mfa/setup", new(wrong.FormWith("enrollment")) { ["start"] = "1" });
        var done = await AnswerAsync(anew, key.Create(JsonElement.Parse(OptionsOf(anew))).GetRawText());
        Assert.Equal((303, "/home"), (done.Status, done.Location));
    }

    [Fact]
    public async Task KeysCeremony_ThatIsOld_IsBegunByTheButton()
    {
        var choose = await _browser.SignInAsync("bob");
        await BeginAsync(choose, "fido", null);
        var confirm = await _browser.GetAsync(choose.Path + "&step=confirm&saved=on");
        var started = await _browser.SubmitAsync("/mfa/setup", new(confirm.FormWith("enrollment")) { ["start"] = "1" });
        _host.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(started.Document.QuerySelector("[data-mfa-options]"));
        Assert.Null((await _browser.GetAsync(started.Path)).Document.QuerySelector("[data-mfa-options]"));
    }

    private static string OptionsOf(Page page) => page.Document.QuerySelector("[data-mfa-options]")!.GetAttribute("data-mfa-options")!;

    private Task<Page> AnswerAsync(Page page, string credential) =>
        _browser.SubmitAsync("/mfa/setup", new(page.FormWith("enrollment")) { ["credential"] = credential });

    private Task<Page> BeginAsync(Page choose, string method, string? phone)
    {
        var fields = choose.FormWith("phone");
        (fields["begin"], fields["phone"]) = (method, phone ?? "");
        return _browser.PostAsync("/mfa/setup", fields);
    }
}
