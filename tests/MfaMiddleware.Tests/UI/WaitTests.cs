using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>An account that must wait after too many wrong codes: the page says so before anybody types one in vain.</summary>
public sealed class WaitTests : IAsyncLifetime
{
    private const string OneMinute = "There were too many wrong codes. Wait 60 seconds, then try again.";

    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Policy:ReuseProofFor"] = "00:00:00";
            o.Mfa = mfa => mfa.AddUI();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
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
    public async Task PageOfAnAccountThatMustWait_SaysSoAtOnce_UntilTheWaitIsOver()
    {
        await FailAsync(5);

        var page = await _browser.SignInAsync("alice");
        _host.Clock.Advance(TimeSpan.FromSeconds(59));
        var almost = await _browser.GetAsync(page.Path);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var over = await _browser.GetAsync(page.Path);

        Assert.Equal((200, OneMinute, "alert"), (page.Status, page.Notice, page.Document.QuerySelector("#notice")!.GetAttribute("role")));
        Assert.Equal("60", page.Document.QuerySelector("[data-mfa-countdown]")!.GetAttribute("data-mfa-countdown"));
        var input = page.Document.QuerySelector("#code")!;
        Assert.Equal((null, "notice hint"), (input.GetAttribute("aria-invalid"), input.GetAttribute("aria-describedby")));
        Assert.Contains("Wait 1 second,", almost.Notice, StringComparison.Ordinal);
        Assert.Null(over.Notice);
        Assert.Null(over.Document.QuerySelector("[data-mfa-countdown]"));
        Assert.Equal("/home", (await _browser.AnswerAsync(page, _device.Code())).Location);
    }

    [Fact]
    public async Task AnswerDuringTheWait_LeadsBackToIt_AndCostsNoAttempt()
    {
        await FailAsync(5);
        var page = await _browser.SignInAsync("alice");

        var told = await _browser.AnswerAsync(page, _device.Code());
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var reloaded = await _browser.GetAsync(told.Path);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var over = await _browser.GetAsync(told.Path);

        Assert.StartsWith("/mfa/verify?id=", told.Path, StringComparison.Ordinal);
        Assert.Equal((429, "60", OneMinute), (told.Status, told.Header("Retry-After"), told.Notice));
        Assert.Equal((429, "30"), (reloaded.Status, reloaded.Header("Retry-After")));
        Assert.Contains("Wait 30 seconds,", reloaded.Notice, StringComparison.Ordinal);
        Assert.Equal((200, null), (over.Status, over.Notice));
        Assert.Contains("4 attempts left", (await _browser.AnswerAsync(over, _device.WrongCode())).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongCodeThatBeginsTheWait_SaysBoth()
    {
        await FailAsync(4);

        var wrong = await _browser.AnswerAsync(await _browser.SignInAsync("alice"), _device.WrongCode());

        Assert.Equal((200, $"That code isn’t right, or it has been used already. You have 4 attempts left. {OneMinute}"), (wrong.Status, wrong.Notice));
        Assert.Equal("true", wrong.Document.QuerySelector("#code")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task MethodThatNobodyCanGuess_DoesntWait_AndIsSuggested()
    {
        using var key = new SoftAuthenticator();
        await FidoHost.ImportU2FAsync(_host, key, "alice");
        var before = (await _browser.GetAsync((await _browser.SignInAsync("alice")).Path + "&method=totp")).Document.QuerySelector(".mfa-others")!;
        await FailAsync(5);

        var best = await _browser.SignInAsync("alice");
        var waiting = await _browser.GetAsync(best.Path + "&method=totp");
        var link = waiting.Document.QuerySelector(".mfa-others[open] a")!.GetAttribute("href")!;

        Assert.False(before.HasAttribute("open"));
        Assert.Equal(OneMinute, waiting.Notice);
        Assert.All((Page[])[best, await _browser.GetAsync(link)], page => Assert.Equal((200, null, "fido"), (page.Status, page.Notice, page.FormWith("send")["method"])));
    }

    [Fact]
    public async Task WhoHasNoSignInHere_LearnsNothing()
    {
        await FailAsync(5);
        var page = await _browser.SignInAsync("alice");
        using var stranger = new Browser(_host);
        await _host.EnrollTotpAsync("mallory");
        using var mallory = new Browser(_host);
        var own = await mallory.SignInAsync("mallory");

        Page[] others = [await stranger.GetAsync(page.Path), await stranger.GetAsync("/mfa/verify"), await mallory.GetAsync(page.Path), own, await mallory.GetAsync(own.Path)];

        Assert.Equal([400, 400, 400, 200, 200], others.Select(other => other.Status));
        Assert.All(others, other => Assert.DoesNotContain("too many", other.Document.Body!.TextContent, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Somebody else's wrong codes don't make the owner wait, so the owner isn't told to.</summary>
    [Fact]
    public async Task KnownDevice_IsNotToldTheWaitOfTheOthers()
    {
        using var owner = new Browser(_host);
        Assert.Equal("/home", (await owner.AnswerAsync(await owner.SignInAsync("alice"), _device.Code())).Location);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        await FailAsync(5);

        Assert.Equal(OneMinute, (await _browser.SignInAsync("alice")).Notice);
        var page = await owner.SignInAsync("alice");
        Assert.Null(page.Notice);
        Assert.Equal("/home", (await owner.AnswerAsync(page, _device.Code())).Location);
    }

    [Fact]
    public async Task German_IsSpokenToo()
    {
        await FailAsync(5);
        _browser.Language = "de";

        var page = await _browser.SignInAsync("alice");

        Assert.Equal("Es gab zu viele falsche Codes. Warten Sie 60 Sekunden und versuchen Sie es dann noch einmal.", page.Notice);
        var wait = page.Document.QuerySelector("[data-mfa-countdown]")!;
        Assert.Equal(("In {0} können Sie es noch einmal versuchen.", "Sie können es jetzt noch einmal versuchen."), (wait.GetAttribute("data-mfa-text"), wait.GetAttribute("data-mfa-over")));
    }

    /// <summary>In a browser of its own, so that it is the device of nobody.</summary>
    private async Task FailAsync(int times)
    {
        using var browser = new Browser(_host);
        var page = await browser.SignInAsync("alice");
        page = await browser.GetAsync(page.Path + "&method=totp");
        for (var i = 0; i < times; i++) page = await browser.AnswerAsync(page, _device.WrongCode(i));
    }
}
