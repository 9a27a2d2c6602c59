using MfaMiddleware.Policies;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>The pages in hosts that change something about them.</summary>
public sealed class PagesInAHostTests
{
    [Fact]
    public async Task EveryPage_CarriesTheHeaders_B088()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        using var browser = new Browser(host);
        var device = await host.EnrollTotpAsync("alice");
        var setup = await browser.SignInAsync("bob");
        var verify = await browser.SignInAsync("alice");
        Page[] pages =
        [
            setup,
            verify,
            await browser.GetAsync(setup.Path.Replace("setup", "codes", StringComparison.Ordinal)),
            await browser.GetAsync(setup.Path + "&step=confirm&saved=on"),
            await browser.GetAsync("/mfa/verify?id=unknown"),
            await browser.AnswerAsync(verify, device.Code()),
            await browser.GetAsync("/mfa/manage"),
        ];

        Assert.All(pages, page =>
        {
            Assert.Contains(page.Status, (int[])[200, 303, 400]);
            var policy = page.Header("Content-Security-Policy")!;
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            // The layout of an app may have fonts of the app.
            Assert.Contains("font-src 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("form-action", policy, StringComparison.Ordinal);
            Assert.Equal("no-store", page.Header("Cache-Control"));
            Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
            Assert.Equal("same-origin", page.Header("Cross-Origin-Opener-Policy"));
            Assert.Empty(page.Document.QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
        });
    }

    [Fact]
    public async Task Assets_AreCachedForGoodUnderTheHashOfTheirContent()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/mfa/verify");

        var css = await browser.GetAsync(page.Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!);
        var js = await browser.GetAsync(page.Document.QuerySelector("script[type=module]")!.GetAttribute("src")!);

        Assert.All([css, js], asset =>
        {
            Assert.Equal(200, asset.Status);
            Assert.Contains("immutable", asset.Header("Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("nosniff", asset.Header("X-Content-Type-Options"));
        });
        Assert.Equal(404, (await browser.GetAsync("/mfa/assets/mfa.css")).Status);
    }

    /// <summary>A dark card in an app's light layout is ugly, and a sheet of the app is linked before ours.</summary>
    [Fact]
    public async Task ColoursInTheLayoutOfAnApp_AreThoseThatTheAppChooses()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/mfa/verify");

        var css = await (await browser.GetAsync(page.Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!)).Message.Content.ReadAsStringAsync();

        Assert.Equal(".mfa-body", SelectorBefore(css, "color-scheme:"));
        Assert.Equal(":where(.mfa, .mfa-body)", SelectorBefore(css, "--mfa-accent:"));
    }

    private static string SelectorBefore(string css, string declaration)
    {
        var before = css[..css.IndexOf(declaration, StringComparison.Ordinal)];
        return before[..before.LastIndexOf('{')].Split('\n')[^1].Trim();
    }

    [Fact]
    public async Task FallbackPolicyAndPathBase_LeaveThePagesReachable()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddUI();
            o.ServicesAfter = services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            o.Pipeline = app => app.UsePathBase("/base").UseRouting();
        });
        using var browser = new Browser(host);

        var page = await browser.GetAsync("/base/mfa/verify");
        var css = page.Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;

        Assert.Equal("This sign-in has ended", page.Heading);
        Assert.StartsWith("/base/mfa/assets/", css, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.GetAsync(css)).Status);
        Assert.Equal("/base/Account/Login", page.Document.QuerySelector("a.mfa-button")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("de", "Bestätigen Sie Ihre Identität", "Sie haben noch 4 Versuche")]
    [InlineData("en", "Confirm it’s you", "You have 4 attempts left")]
    [InlineData("fr", "Confirm it’s you", "You have 4 attempts left")]
    public async Task Texts_FollowTheCultureOfTheHost(string language, string heading, string attempts)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddUI();
            // The texts are found wherever the host keeps its own.
            o.ServicesAfter = services => services.AddLocalization(l => l.ResourcesPath = "Texts");
            o.Pipeline = app => app.UseRequestLocalization("en", "de", "fr");
        });
        using var browser = new Browser(host) { Language = language };
        var device = await host.EnrollTotpAsync("alice");

        var page = await browser.SignInAsync("alice");
        var wrong = await browser.AnswerAsync(page, device.WrongCode());

        Assert.Equal(heading, page.Heading);
        Assert.Equal(language == "de" ? "de" : "en", page.Document.DocumentElement.GetAttribute("lang"));
        Assert.Contains(attempts, wrong.Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/office/login", "/office/login")]
    // The framework's default, where the app may have nothing: then as for the default scheme.
    [InlineData(null, "/Account/Login")]
    public async Task WayBackToTheSignIn_IsThatOfTheSchemeThatIsSignedInTo(string? loginPath, string expected)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddUI();
            o.Settings["PendingSessions:MaxAttempts"] = "1";
            o.ServicesAfter = services => services.AddAuthentication().AddCookie("Office", c => c.LoginPath = loginPath);
            o.Endpoints = app => app.MapPost("/office", (HttpContext context) => context.SignInAsync("Office", TestHost.PrincipalOf("root")));
        });
        await host.EnrollTotpAsync("root");
        using var browser = new Browser(host.BaseAddress, "/office");

        var cancelled = await CancelAsync(browser, await browser.SignInAsync("root"));
        var exhausted = await browser.AnswerAsync(await browser.SignInAsync("root"), "000000");

        Assert.Equal((303, expected), (cancelled.Status, cancelled.Location));
        Assert.Equal("Too many wrong codes", exhausted.Heading);
        Assert.Equal(expected, exhausted.Document.QuerySelector("a.mfa-button")!.GetAttribute("href"));
    }

    private static Task<Page> CancelAsync(Browser browser, Page page)
    {
        var fields = page.FormWith("cancel");
        fields["cancel"] = "1";
        return browser.PostAsync("/mfa/verify", fields);
    }

    [Fact]
    public async Task ViewOfTheSamePathInTheHost_TakesThePlaceOfOurs()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services => services.AddSingleton(PartsWith(new HostViews(("/Views/Mfa/Problem.cshtml", typeof(OwnProblemView)))));
            o.Mfa = mfa => mfa.AddUI();
        });
        using var browser = new Browser(host);

        var page = await browser.GetAsync("/mfa/verify");

        Assert.Equal("Our own words for expired", page.Heading);
        Assert.NotNull(page.Document.QuerySelector("header.mfa-brand"));
    }

    [Fact]
    public async Task LayoutOption_PutsThePagesIntoTheHostsLayout()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services => services.AddSingleton(PartsWith(new HostViews(("/Views/Shared/_Site.cshtml", typeof(OwnLayoutView)))));
            o.Mfa = mfa => mfa.AddUI(ui => ui.Layout = "/Views/Shared/_Site.cshtml");
        });
        using var browser = new Browser(host);

        var page = await browser.GetAsync("/mfa/verify");

        Assert.NotNull(page.Document.QuerySelector("#site .mfa-card h1"));
        Assert.NotNull(page.Document.QuerySelector("#site link[rel=stylesheet]"));
        Assert.Null(page.Document.QuerySelector("header.mfa-brand"));
    }

    [Fact]
    public async Task SignInThatCantBeChallenged_GetsAPage()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Mfa = mfa => mfa.AddUI().AddPolicy<NobodyPolicy>();
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
        });
        using var browser = new Browser(host) { Language = "de" };

        var page = await browser.PostAsync("/form", new() { ["user"] = "alice" });

        Assert.Equal((403, "Sie können sich hier nicht anmelden"), (page.Status, page.Heading));
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.False(await browser.IsSignedInAsync());
    }

    private static ApplicationPartManager PartsWith(ApplicationPart part)
    {
        var manager = new ApplicationPartManager();
        manager.ApplicationParts.Add(part);
        return manager;
    }

    private sealed class NobodyPolicy : IMfaPolicy
    {
        public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) => new(MfaDecision.Denied("nobody"));
    }
}
