using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Completion;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>"Cancel" and "Back to sign-in" keep where the browser wanted to go, and nothing else.</summary>
public sealed class WayBackTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            CodeServer.Configure(o);
            var map = o.Endpoints;
            o.Mfa = mfa => mfa.AddUI();
            o.Settings["PendingSessions:MaxAttempts"] = "1";
            o.ServicesAfter = services => services.Configure<CookieAuthenticationOptions>("Cookies", cookie => (cookie.LoginPath, cookie.ReturnUrlParameter) = ("/enter", "next"));
            o.Pipeline = app => app.UsePathBase("/shop").UseRouting();
            o.Endpoints = app =>
            {
                map!(app);
                app.MapPost("/enter", SignInAsync);
            };
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
    public async Task CancelAndBack_LeadToTheSignInThatEndsWhereTheUserWantedToGo()
    {
        const string Wanted = "/shop/orders?id=7&tab=%C3%A4%20b";

        var cancelled = await CancelAsync(await EnterAsync("/shop/enter", Wanted));
        var exhausted = await _browser.AnswerAsync(await EnterAsync("/shop/enter", Wanted), "000000");

        Assert.Equal((303, "/shop/enter?next=%2Fshop%2Forders%3Fid%3D7%26tab%3D%25C3%25A4%2520b"), (cancelled.Status, cancelled.Location));
        Assert.Equal((400, cancelled.Location), (exhausted.Status, exhausted.Document.QuerySelector("a.mfa-button")!.GetAttribute("href")));
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await EnterAsync(cancelled.Location!, "");
        Assert.Equal((303, Wanted), await DoneAsync(again));
    }

    /// <summary>What only the host's answer names is held back until the sign-in is complete: it may be a ticket.</summary>
    [Fact]
    public async Task AddressOfTheHostsOwn_IsToldToNobodyBeforeTheSecondFactor()
    {
        var page = await EnterAsync("/shop/enter", "ticket");

        var cancelled = await CancelAsync(page);
        var exhausted = await _browser.AnswerAsync(await EnterAsync("/shop/enter", "ticket"), "000000");

        Assert.Equal("/shop/enter", cancelled.Location);
        Assert.Equal("/shop/enter", exhausted.Document.QuerySelector("a.mfa-button")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/shop/")]
    [InlineData("")]
    public async Task ForeignAddress_AndNone_AreNotCarried(string wanted) =>
        Assert.Equal("/shop/enter", (await CancelAsync(await EnterAsync("/shop/enter", wanted))).Location);

    [Fact]
    public async Task RequestThatIsComeBackTo_IsCarriedAsItWas_AndAFormIsNot()
    {
        var request = await _browser.GetAsync("/shop" + CodeServer.Authorize);
        var form = await _browser.PostAsync("/shop/authorize", new() { ["user"] = "alice", ["redirect_uri"] = "https://one.example/cb" });

        var cancelled = await CancelAsync(await _browser.GetAsync(request.Location!));
        var cancelledForm = await CancelAsync(await _browser.GetAsync(form.Location!));

        Assert.Equal($"/shop/enter?next={Uri.EscapeDataString("/shop" + CodeServer.Authorize)}", cancelled.Location);
        Assert.Equal("/shop/enter", cancelledForm.Location);
    }

    [Fact]
    public async Task CancelOfASetUp_KeepsItToo()
    {
        var setup = await EnterAsync("/shop/enter", "/shop/orders", "newcomer");

        Assert.Equal("Scan the QR code", setup.Heading);
        Assert.Equal("/shop/enter?next=%2Fshop%2Forders", (await CancelAsync(setup)).Location);
    }

    /// <summary>What apps do: back to the field of the form or, as links to the sign-in have it, of the query.</summary>
    private static async Task SignInAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        await context.SignInAsync(TestHost.PrincipalOf(form["user"]!));
        var wanted = form["wanted"].ToString() is { Length: > 0 } field ? field : context.Request.Query["next"].ToString();
        context.Response.Redirect(wanted == "ticket" ? "/shop/welcome?ticket=secret" : wanted.Length == 0 ? "/shop/home" : wanted);
    }

    private async Task<Page> EnterAsync(string path, string wanted, string user = "alice")
    {
        var held = await _browser.PostAsync(path, new() { ["user"] = user, ["wanted"] = wanted });
        return await _browser.GetAsync(held.Location!);
    }

    private async Task<Page> CancelAsync(Page page)
    {
        var fields = page.FormWith("cancel");
        fields["cancel"] = "1";
        return await _browser.PostAsync(page.Path.Split('?')[0], fields);
    }

    private async Task<(int, string?)> DoneAsync(Page page)
    {
        var done = await _browser.AnswerAsync(page, _device.Code());
        return (done.Status, done.Location);
    }
}
