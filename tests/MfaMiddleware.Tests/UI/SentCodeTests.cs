using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>The verify page of a method that sends its code, in a browser without script.</summary>
public sealed class SentCodeTests : IAsyncLifetime
{
    private readonly MessageMethod _messages = new();
    private TestHost _host = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddUI();
            o.ServicesAfter = services => services.AddSingleton<IMfaMethod>(_messages);
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
        });
        _browser = new Browser(_host);
        await MessageMethod.EnrollAsync(_host, "alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Code_IsSentByAPostAlone_AndThenAskedFor()
    {
        var before = await _browser.SignInAsync("alice");
        await _browser.GetAsync(before.Path);
        Assert.Empty(_messages.Sent);
        Assert.Null(before.Document.QuerySelector("[name=code]"));

        var after = await SendAsync(before);
        var reloaded = await _browser.GetAsync(after.Path);
        var done = await _browser.AnswerAsync(reloaded, Assert.Single(_messages.Sent));

        Assert.All([after, reloaded], page => Assert.Contains("We sent a code to •••• 42.", page.Document.QuerySelector("#hint")!.TextContent, StringComparison.Ordinal));
        Assert.Equal((303, "/home"), (done.Status, done.Location));
        Assert.True(await _browser.IsSignedInAsync());
    }

    [Fact]
    public async Task SecondCode_IsSentAfterTheWait_AndTheFirstIsVoid()
    {
        var page = await SendAsync(await _browser.SignInAsync("alice"));
        Assert.Equal("You can have another code sent in 30 seconds.", page.Document.QuerySelector("#wait")!.TextContent);
        _host.Clock.Advance(TimeSpan.FromSeconds(29));

        var tooSoon = await SendAsync(page);
        Assert.Single(_messages.Sent);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await SendAsync(tooSoon);

        Assert.Equal((429, "1", "No new code was sent. Wait 1 second, then try again."), (tooSoon.Status, tooSoon.Header("Retry-After"), tooSoon.Notice));
        Assert.Null(tooSoon.Document.QuerySelector("#code")!.GetAttribute("aria-invalid"));
        Assert.Equal(2, _messages.Sent.Count);
        var old = await _browser.AnswerAsync(again, _messages.Sent[0]);
        Assert.Contains("4 attempts left", old.Notice, StringComparison.Ordinal);
        Assert.Equal(303, (await _browser.AnswerAsync(old, _messages.Sent[1])).Status);
    }

    [Fact]
    public async Task DoubleClick_SendsOneCode()
    {
        var page = await _browser.SignInAsync("alice");

        await SendAsync(page);
        _host.Clock.Advance(MessageMethod.Resend);
        var second = await SendAsync(page);

        Assert.Equal(200, second.Status);
        Assert.Single(_messages.Sent);
        Assert.Equal(303, (await _browser.AnswerAsync(second, _messages.Sent[0])).Status);
    }

    [Fact]
    public async Task UsedUpBudget_IsSaidOnThePage()
    {
        _messages.Budget = 1;
        var page = await SendAsync(await _browser.SignInAsync("alice"));
        _host.Clock.Advance(MessageMethod.Resend);

        var refused = await SendAsync(page);

        Assert.Equal((429, "600", "No new code was sent. Wait 10 minutes, then try again."), (refused.Status, refused.Header("Retry-After"), refused.Notice));
        Assert.Equal(303, (await _browser.AnswerAsync(refused, _messages.Sent[0])).Status);
    }

    [Fact]
    public async Task LastCode_ComesWithoutAButtonForAnother()
    {
        (_messages.Budget, _messages.TellsBudget) = (1, true);

        var page = await SendAsync(await _browser.SignInAsync("alice"));

        Assert.Null(page.Document.QuerySelector("[name=send]"));
        Assert.Contains("No more codes can be sent", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SenderThatIsDown_LeavesThePageAndTheAttempts()
    {
        var page = await _browser.SignInAsync("alice");
        _messages.IsDown = true;
        var refused = await SendAsync(page);
        _messages.IsDown = false;
        var sent = await SendAsync(refused);

        Assert.Equal((503, "5"), (refused.Status, refused.Header("Retry-After")));
        Assert.StartsWith("The code could not be sent just now.", refused.Notice, StringComparison.Ordinal);
        Assert.Contains(_host.Logs.Lines, line => line.Contains("[3004]", StringComparison.Ordinal));
        Assert.Contains("4 attempts left", (await _browser.AnswerAsync(sent, "nonsense")).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredCode_IsOfferedAnew()
    {
        var page = await SendAsync(await _browser.SignInAsync("alice"));
        _host.Clock.Advance(MessageMethod.Lifetime);

        var expired = await _browser.GetAsync(page.Path);
        var sent = await SendAsync(expired);

        Assert.Null(expired.Document.QuerySelector("[name=code]"));
        Assert.Equal(303, (await _browser.AnswerAsync(sent, _messages.Sent[1])).Status);
    }

    [Fact]
    public async Task CodeOfTheMethodOnThePage_IsNotTakenForTheOneThatWasChallengedLast()
    {
        var device = await _host.EnrollTotpAsync("alice");
        var first = await _browser.SignInAsync("alice");
        var message = await _browser.GetAsync(first.Path + "&method=message");
        var sent = await SendAsync(message);

        var totp = await _browser.GetAsync(sent.Document.QuerySelector(".mfa-others a")!.GetAttribute("href")!);
        var done = await _browser.AnswerAsync(totp, device.Code());

        Assert.Equal("totp", totp.FormWith("code")["method"]);
        Assert.Equal(303, done.Status);
    }

    [Fact]
    public async Task German_IsSpokenToo()
    {
        _browser.Language = "de";
        var before = await _browser.SignInAsync("alice");

        var after = await SendAsync(before);
        var tooSoon = await SendAsync(after);

        Assert.Equal("Code senden", before.Document.QuerySelector("[name=send]")!.TextContent);
        Assert.Contains("Wir haben einen Code an •••• 42 gesendet.", after.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("In 30 Sekunden können Sie noch einen Code anfordern.", after.Document.QuerySelector("#wait")!.TextContent);
        Assert.Equal("Es wurde kein neuer Code gesendet. Warten Sie 30 Sekunden und versuchen Sie es dann noch einmal.", tooSoon.Notice);
    }

    /// <summary>Sends the form of the button, and opens the page that it leads to.</summary>
    private async Task<Page> SendAsync(Page page)
    {
        var fields = page.FormWith("send");
        fields["send"] = "1";
        var answer = await _browser.PostAsync("/mfa/verify", fields);
        return answer.Status == 303 ? await _browser.GetAsync(answer.Location!) : answer;
    }
}
