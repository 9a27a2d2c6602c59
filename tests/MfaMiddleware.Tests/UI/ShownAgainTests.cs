using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>
/// A form that ends on its own page does so by a redirect: a page that answers a form itself is "confirm form resubmission" at a reload, and an error of
/// the browser on the way back.
/// </summary>
public sealed class ShownAgainTests : IAsyncLifetime
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

    [Theory]
    [InlineData("wrong", "You have 4 attempts left.", "alert")]
    [InlineData("empty", "Enter a code.", "alert")]
    [InlineData("stale", "This page was out of date", "status")]
    [InlineData("not_offered", "That way isn’t available any more", "status")]
    public async Task Notice_IsOnThePageThatTheAnswerLeadsTo(string kind, string text, string role)
    {
        var page = await _browser.SignInAsync("alice");
        var fields = Filled(page, kind == "empty" ? "" : _device.WrongCode());
        if (kind == "stale") fields["version"] = "7";
        if (kind == "not_offered") fields["method"] = "made up";

        var answer = await _browser.PostAsync("/mfa/verify", fields);
        var shown = await _browser.GetAsync(answer.Location!);
        var reloaded = await _browser.GetAsync(answer.Location!);

        Assert.Equal((303, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        Assert.StartsWith("/mfa/verify?id=", answer.Location, StringComparison.Ordinal);
        Assert.All((string[])[_device.WrongCode(), "made", "alice", "attempts"], secret => Assert.DoesNotContain(secret, answer.Location!, StringComparison.OrdinalIgnoreCase));
        Assert.All((Page[])[shown, reloaded], again =>
        {
            Assert.Equal(200, again.Status);
            Assert.Contains(text, again.Notice, StringComparison.Ordinal);
            Assert.Equal(role, again.Document.QuerySelector("#notice")!.GetAttribute("role"));
            var input = again.Document.QuerySelector("#code")!;
            Assert.Equal("notice hint", input.GetAttribute("aria-describedby"));
            Assert.Equal(role == "alert" ? "true" : null, input.GetAttribute("aria-invalid"));
            Assert.True(input.HasAttribute("autofocus"));
        });
        Assert.Equal("/home", (await _browser.AnswerAsync(reloaded, _device.Code())).Location);
    }

    [Fact]
    public async Task AttemptsOfTheNotice_AreThoseThatAreLeftNow()
    {
        var page = await _browser.SignInAsync("alice");
        var first = await _browser.AnswerAsync(page, _device.WrongCode());
        await _browser.AnswerAsync(first, _device.WrongCode(9));

        Assert.Contains("You have 3 attempts left.", (await _browser.GetAsync(first.Path)).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoticeOfAnotherSignIn_OrMadeUp_SaysNothing()
    {
        var (one, two) = (await _browser.SignInAsync("alice"), await _browser.SignInAsync("alice"));
        var wrong = await _browser.AnswerAsync(one, _device.WrongCode());
        var notice = wrong.Path[(wrong.Path.IndexOf("notice=", StringComparison.Ordinal) + 7)..];

        Assert.NotNull((await _browser.GetAsync(wrong.Path)).Notice);
        Assert.All(
            await Task.WhenAll(((string[])[notice, notice[..^2] + "AA", "Wrong", "%00", "%3Cscript%3E", new string('A', 3000)]).Select(n => _browser.GetAsync($"{two.Path}&notice={n}"))),
            page => Assert.Equal((200, null, "Confirm it’s you"), (page.Status, page.Notice, page.Heading)));
    }

    [Fact]
    public async Task TwoTabs_EachHasItsOwnNotice()
    {
        var (one, two) = (await _browser.SignInAsync("alice"), await _browser.SignInAsync("alice"));
        var answerOne = await _browser.PostAsync("/mfa/verify", Filled(one, _device.WrongCode()));
        var answerTwo = await _browser.PostAsync("/mfa/verify", Filled(two, ""));

        Assert.Contains("4 attempts left", (await _browser.GetAsync(answerOne.Location!)).Notice, StringComparison.Ordinal);
        Assert.Equal("Enter a code.", (await _browser.GetAsync(answerTwo.Location!)).Notice);
    }

    /// <summary>A browser without script shows the answer to the second click alone.</summary>
    [Fact]
    public async Task DoubleClickOnAWrongCode_CostsOneAttempt_AndShowsTheForm()
    {
        var fields = Filled(await _browser.SignInAsync("alice"), _device.WrongCode());
        await _browser.PostAsync("/mfa/verify", fields);

        var shown = await _browser.SubmitAsync("/mfa/verify", fields);

        Assert.Contains("out of date", shown.Notice, StringComparison.Ordinal);
        Assert.Contains("3 attempts left", (await _browser.AnswerAsync(shown, _device.WrongCode(9))).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongFirstCodeOfASetUp_IsSaidBehindARedirectToo()
    {
        var scan = await _browser.SignInAsync("bob");
        var confirm = await _browser.GetAsync(scan.Path + "&step=confirm&saved=on");

        var answer = await _browser.PostAsync("/mfa/setup", Filled(confirm, "000000"));
        var shown = await _browser.GetAsync(answer.Location!);

        Assert.Equal((303, 200, "Enter the code"), (answer.Status, shown.Status, shown.Heading));
        Assert.StartsWith("/mfa/setup?id=", answer.Location, StringComparison.Ordinal);
        Assert.Contains("4 attempts left", shown.Notice, StringComparison.Ordinal);
        Assert.Equal(("alert", "true"), (shown.Document.QuerySelector("#notice")!.GetAttribute("role"), shown.Document.QuerySelector("#code")!.GetAttribute("aria-invalid")));
    }

    private static Dictionary<string, string> Filled(Page page, string code)
    {
        var fields = page.FormWith("code");
        fields["code"] = code;
        return fields;
    }
}
