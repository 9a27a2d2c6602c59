using System.Net;
using MfaMiddleware.Commands;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Replay;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Replay;

/// <summary>The report of a replay under a changed policy, and the command that writes it.</summary>
public sealed class MfaPolicyReplayTests : IAsyncLifetime, IDisposable
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private static readonly IPAddress Home = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Office = IPAddress.Parse("198.51.100.7");

    private readonly FakeClock _clock = new();
    private readonly RiskHarness _harness;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-replay");

    public MfaPolicyReplayTests() => _harness = new RiskHarness(o => (o.Policy.Mode, o.Policy.Observe) = (MfaMode.Suspicious, true), _clock);

    private MfaPolicyReplay Replay => _harness.Services.GetRequiredService<MfaPolicyReplay>();

    /// <summary>alice-secret: a challenge at home, passes at home and in the office; bob-secret, without a factor: must enrol, twice.</summary>
    public async Task InitializeAsync()
    {
        await _harness.EnrollAsync("alice-secret");
        foreach (var (user, address, browser) in new[] { ("alice-secret", Home, "pc"), ("alice-secret", Home, "pc"), ("alice-secret", Office, "pc"), ("bob-secret", Home, "a"), ("bob-secret", Home, "b") })
        {
            _clock.Advance(TimeSpan.FromDays(1));
            await _harness.SignInAsync(user, address, browser, Chrome);
        }
    }

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public async Task ChangedWeight_IsCountedByOutcomeRuleAndSignal()
    {
        var report = await Replay.RunAsync(o => o.Policy.Signals.NewNetwork.Weight = 60, new MfaReplayRequest(), default);

        Assert.Equal((5, 2, 0), (report.SignIns, report.Users, report.UsersCutShort));
        Assert.Equal(
            [("pass", 2, 1, 1, 1), ("challenge", 1, 1, 3, 2), ("must_enroll", 2, 1, 1, 1), ("deny", 0, 0, 0, 0)],
            report.Outcomes.Select(o => (o.Name, o.SignInsBefore, o.UsersBefore, o.SignInsAfter, o.UsersAfter)));
        // bob would have set up a factor the first time.
        Assert.Equal(
            [(MfaOutcome.NotRequired, MfaOutcome.Required, 1, 1), (MfaOutcome.EnrollmentRequired, MfaOutcome.Required, 1, 1)],
            report.Changes.Select(c => (c.Before, c.After, c.SignIns, c.Users)));
        Assert.Contains(report.Signals, s => s is { Name: "new_network", Code: "new_network", SignInsBefore: 1, SignInsAfter: 1 });
        Assert.Contains(report.Rules, r => r is { Name: "default", Code: "challenge", SignInsBefore: 1, SignInsAfter: 3 });
    }

    [Fact]
    public async Task SamePolicy_ChangesNothingButForWhoWouldHaveEnrolled()
    {
        var before = await HistoriesAsync();
        var report = await Replay.RunAsync(_ => { }, new MfaReplayRequest { To = _clock.GetUtcNow() }, default);

        Assert.Empty(report.Changes);
        Assert.Equal(4, report.SignIns);
        // Nothing of it is written.
        Assert.Equal(before, await HistoriesAsync());
    }

    [Fact]
    public async Task Reports_HoldNoIdentityAndThePageNothingFromElsewhere()
    {
        var report = await Replay.RunAsync(o => o.Policy.Mode = MfaMode.Always, new MfaReplayRequest(), default);
        var page = report.ToHtml();

        foreach (var text in new[] { page, report.ToText(), report.ToJson() })
        {
            foreach (var identity in (string[])["secret", "203.0.113", "198.51.100", "Chrome", "pc"]) Assert.DoesNotContain(identity, text.Replace("tspc", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        foreach (var door in (string[])["<script", "http://", "https://", "src=", "href=", "url(", "@import"]) Assert.DoesNotContain(door, page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.Equal(4, page.Split("<table>").Length - 1);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.Contains("pass -> be challenged", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("\"must_enroll\"", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesOfTheHost_AreEncodedOnThePage()
    {
        var report = new MfaReplayReport
        {
            SignIns = 1, Users = 1, UsersCutShort = 0, Outcomes = [], Changes = [], Signals = [],
            Rules = [new MfaReplayCount("<b>rule", "pass", 1, 1, 0, 0)],
        };

        Assert.DoesNotContain("<b>", report.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;rule", report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedSettings_AreValidatedAtOnceLikeThoseInForce()
    {
        var changed = Settings(("Mfa:Policy:Mode", "Sometimes"), ("Mfa:Policy:Signals:Threshold", "0"));

        var byFile = await Assert.ThrowsAsync<OptionsValidationException>(() => Replay.RunAsync(changed, new MfaReplayRequest(), default));
        var byCode = await Assert.ThrowsAsync<OptionsValidationException>(() => Replay.RunAsync(o => o.Policy.Signals.Threshold = 0, new MfaReplayRequest(), default));
        var misnamed = await Assert.ThrowsAsync<OptionsValidationException>(() => Replay.RunAsync(Settings(("Policy:Mode", "Always")), new MfaReplayRequest(), default));

        Assert.Equal(2, byFile.Failures.Count());
        Assert.Single(byCode.Failures);
        Assert.Contains("'Mfa'", Assert.Single(misnamed.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WritesTheReportToAFile()
    {
        var (settings, file) = (Path.Combine(_folder.FullName, "changed.json"), Path.Combine(_folder.FullName, "report.html"));
        await File.WriteAllTextAsync(settings, """{ "Mfa": { "Policy": { "Signals": { "Threshold": 20 } } } }""");

        var (code, output, error) = await RunAsync("replay", "--settings", settings, "--from", "2030-01-01", "--format", "html", "--out", file);

        Assert.Equal((0, "", ""), (code, output, error));
        Assert.Contains("<svg", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Contains("users 2", (await RunAsync("replay", "--settings", settings)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_SaysWhatIsWrong()
    {
        var invalid = Path.Combine(_folder.FullName, "invalid.json");
        await File.WriteAllTextAsync(invalid, """{ "Mfa": { "Policy": { "Mode": "Sometimes" } } }""");

        Assert.Contains("'--sttings' is unknown", await ComplaintAsync(2, "replay", "--sttings", "x"), StringComparison.Ordinal);
        Assert.Contains("--settings is missing", await ComplaintAsync(2, "replay"), StringComparison.Ordinal);
        Assert.Contains("--out needs a value", await ComplaintAsync(2, "replay", "--settings", "x", "--out"), StringComparison.Ordinal);
        Assert.Contains("--from is 'soon'", await ComplaintAsync(2, "replay", "--settings", "x", "--from", "soon"), StringComparison.Ordinal);
        Assert.Contains("one of text, json, html", await ComplaintAsync(2, "replay", "--settings", "x", "--format", "pdf"), StringComparison.Ordinal);
        Assert.Contains("no command 'reply'", await ComplaintAsync(2, "reply"), StringComparison.Ordinal);
        Assert.Contains("it must be one of Always", await ComplaintAsync(3, "replay", "--settings", invalid), StringComparison.Ordinal);
        Assert.Contains("The replay failed", await ComplaintAsync(1, "replay", "--settings", Path.Combine(_folder.FullName, "none.json")), StringComparison.Ordinal);
        Assert.Contains("--realm <name>", (await RunAsync("replay", "--help")).Output, StringComparison.Ordinal);
    }

    private async Task<string> ComplaintAsync(int code, params string[] args)
    {
        var result = await RunAsync(args);
        Assert.Equal((code, ""), (result.Code, result.Output));
        return result.Error;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await MfaCommand.RunAsync(_harness.Services, args, new CommandTerminal(output, error, false), default);
        return (code, output.ToString(), error.ToString());
    }

    private async Task<List<long>> HistoriesAsync()
    {
        var keeper = _harness.Services.GetRequiredService<HistoryKeeper>();
        return [(await keeper.LoadAsync(RiskHarness.SubjectOf("alice-secret"), default)).Version, (await keeper.LoadAsync(RiskHarness.SubjectOf("bob-secret"), default)).Version];
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
