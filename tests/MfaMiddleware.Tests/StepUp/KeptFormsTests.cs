using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.UI;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>A form that a step-up interrupts waits until the user sends it again.</summary>
public sealed class KeptFormsTests : IAsyncLifetime
{
    private readonly List<string> _transfers = [];
    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _alice = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            Sessions.NeverAtSignIn(o);
            o.Mfa = mfa => mfa.AddUI();
            o.Endpoints = app =>
            {
                app.UseAntiforgery();
                app.MapGet("/transfer", (HttpContext context, IAntiforgery antiforgery) => antiforgery.GetAndStoreTokens(context).RequestToken);
                app.MapPost("/transfer", ([FromForm] string to, [FromForm] string? note) => _transfers.Add($"{to}:{note}")).RequireMfa(TimeSpan.FromSeconds(25));
                app.MapPost("/anything", () => _transfers.Add("")).RequireMfa(TimeSpan.FromSeconds(25));
            };
        });
        _browser = new Browser(_host);
        await _browser.PostAsync("/form", new() { ["user"] = "alice" });
        _alice = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Form_IsSentAgainByAButton_WithItsFieldsButThePassword_OnceAndCheckedByTheHostAsEver()
    {
        var form = await FormAsync("bob");
        form["password"] = "Alice-pass-1";
        var led = await _browser.PostAsync("/transfer?x=1", form);
        Assert.StartsWith("/mfa/verify?id=", led.Location, StringComparison.Ordinal);

        var done = await _browser.AnswerAsync(await _browser.GetAsync(led.Location!), _alice.Code());
        Assert.StartsWith("/mfa/continue?request=", done.Location, StringComparison.Ordinal);
        Assert.Empty(_transfers);

        var page = await _browser.GetAsync(done.Location!);
        var kept = page.FormWith("to");
        Assert.Equal(("You are almost there", "/transfer?x=1"), (page.Heading, page.Document.Forms[0].GetAttribute("action")));
        Assert.Equal("same-origin", page.Header("Referrer-Policy"));
        Assert.Equal(form.Where(f => f.Key != "password").OrderBy(f => f.Key), kept.OrderBy(f => f.Key));
        Assert.DoesNotContain("Alice-pass-1", page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);

        // What the host checks, it checks now: another site could have made the user keep a form, but not with this token.
        Assert.Equal(400, (await _browser.PostAsync("/transfer?x=1", new(kept) { ["__RequestVerificationToken"] = "forged" })).Status);
        Assert.Empty(_transfers);

        Assert.Equal(200, (await _browser.PostAsync("/transfer?x=1", kept)).Status);
        Assert.Equal(["bob:<&\">"], _transfers);
        Assert.Equal(400, (await _browser.GetAsync(done.Location!)).Status);
        Assert.DoesNotContain(_browser.Cookies.Keys, name => name.Contains("mfa-proof-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoTabs_KeepAFormEach_AndTheSecondProfitsFromTheProof()
    {
        var (one, two) = (await FormAsync("bob"), await FormAsync("carol"));
        var (first, second) = (await _browser.PostAsync("/transfer", one), await _browser.PostAsync("/transfer", two));
        var place = (await _browser.AnswerAsync(await _browser.GetAsync(first.Location!), _alice.Code())).Location!;

        // The second tab is past its question already, and may answer it all the same.
        Assert.Equal(200, (await _browser.PostAsync("/transfer", two)).Status);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var other = (await _browser.AnswerAsync(await _browser.GetAsync(second.Location!), _alice.Code())).Location!;

        Assert.Equal(("bob", "carol"), ((await _browser.GetAsync(place)).FormWith("to")["to"], (await _browser.GetAsync(other)).FormWith("to")["to"]));
        Assert.Equal(["carol:<&\">"], _transfers);
    }

    [Fact]
    public async Task KeptForm_LetsNothingPass_AndIsItsBrowsersAlone()
    {
        var form = await FormAsync("bob");
        var place = await LeadAsync(form);

        using var thief = new Browser(_host);
        Assert.Equal(400, (await thief.GetAsync(place)).Status);
        _host.Clock.Advance(TimeSpan.FromSeconds(25));
        var again = await _browser.PostAsync("/transfer", (await _browser.GetAsync(place)).FormWith("to"));
        _host.Clock.Advance(TimeSpan.FromSeconds(95));

        Assert.StartsWith("/mfa/verify?id=", again.Location, StringComparison.Ordinal);
        Assert.Empty(_transfers);
        Assert.Equal(400, (await _browser.GetAsync(place)).Status);
    }

    [Fact]
    public async Task OtherPosts_AreDropped_AsBefore()
    {
        // Another site's page, as far as the request can tell.
        Assert.Equal("/", await EndOfAsync(Form("bob"), ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal("/", await EndOfAsync(Form("bob"), ("Sec-Fetch-Site", "same-site")));
        Assert.Equal("/", await EndOfAsync(Form("bob"), ("Origin", "https://evil.example")));
        Assert.Equal("/", await EndOfAsync(Form("bob"), ("Origin", "null")));

        // What can't be posted again by a form.
        Assert.Equal("/", await EndOfAsync(new MultipartFormDataContent { { new StringContent("a file"), "file", "a.txt" } }));
        Assert.Equal("/", await EndOfAsync(Form(new string('x', 33_000))));
        Assert.Equal("/", await EndOfAsync(new StringContent("text")));

        // htmx's fragments end at their page.
        Assert.Equal("/accounts?id=1", await EndOfAsync(Form("bob"), ("HX-Request", "true"), ("HX-Current-URL", $"{_host.BaseAddress}accounts?id=1")));
        Assert.Equal("/", await EndOfAsync(Form("bob"), ("HX-Request", "true"), ("HX-Current-URL", "https://evil.example/accounts")));
        Assert.Empty(_transfers);
    }

    [Fact]
    public async Task PostsOfTheAppsOwnPages_AreKept()
    {
        foreach (var headers in new (string, string)[][]
        {
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "null")],
            [("Origin", _host.BaseAddress.GetLeftPart(UriPartial.Authority))],
            [("HX-Request", "true"), ("HX-Boosted", "true")],
        })
        {
            Assert.StartsWith("/mfa/continue?request=", await EndOfAsync(Form("bob"), headers), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UserWithoutAFactor_KeepsTheFormThroughTheSetUp_OrLaterSignsInAgain()
    {
        using var browser = new Browser(_host);
        await browser.PostAsync("/form", new() { ["user"] = "bob" });
        var young = await browser.PostAsync("/anything", new() { ["to"] = "bob" });
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        var old = await browser.PostAsync("/anything", new() { ["to"] = "bob" });

        Assert.StartsWith("/mfa/setup?id=", young.Location, StringComparison.Ordinal);
        Assert.EndsWith("/Account/Login?ReturnUrl=%2F", old.Location, StringComparison.Ordinal);
    }

    private static FormUrlEncodedContent Form(string to) => new([new("to", to)]);

    private async Task<Dictionary<string, string>> FormAsync(string to) => new()
    {
        ["to"] = to,
        ["note"] = "<&\">",
        ["__RequestVerificationToken"] = (await _browser.GetAsync("/transfer")).Document.Body!.TextContent,
    };

    /// <summary>Where the step-up of a form that the browser posts ends.</summary>
    private async Task<string> LeadAsync(Dictionary<string, string> form)
    {
        var led = await _browser.PostAsync("/transfer", form);
        if (led.Location is null) throw new InvalidOperationException($"{led.Status}: not led through a step-up");
        var done = await _browser.AnswerAsync(await _browser.GetAsync(led.Location), _alice.Code());
        return done.Location!;
    }

    private async Task<string> EndOfAsync(HttpContent content, params (string, string)[] headers)
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var led = await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/anything") { Content = content }, headers);
        var done = await _browser.AnswerAsync(await _browser.GetAsync(led.Location ?? led.Header("HX-Redirect")!), _alice.Code());
        return done.Location!;
    }
}
