using System.Security.Claims;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Tests.Conventions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>The examples of docs/extending.md are these files, and they do what it says.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string> Files => ["TanListMethod.cs", "OfficePolicy.cs", "OwnerNoticeSink.cs", "Registration.cs"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Docs_ShowTheFileAsItCompiles(string file)
    {
        var root = LayoutTests.FindRoot();
        var docs = await File.ReadAllTextAsync(Path.Combine(root, "docs", "extending.md"));
        var compiled = await File.ReadAllTextAsync(Path.Combine(root, "tests", "MfaMiddleware.Tests", "Snippets", file));

        var shown = Block().Matches(docs).Where(m => m.Groups["file"].Value.EndsWith("/" + file, StringComparison.Ordinal)).Select(m => m.Groups["code"].Value);

        Assert.Equal([compiled], shown);
    }

    [Fact]
    public async Task OwnMethod_IsSetUpAndSignsIn_AndItsCodesWorkOnce()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var challenge = await client.LoginAsync("alice");

        var enrollment = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "tan_list" });
        var codes = ((string)enrollment.Json["enrollment"]!["secret"]!).Split(' ');
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = (string)enrollment.Json["enrollment"]!["id"]!, code = codes[0] });
        Assert.Equal((200, "alice"), (done.Status, done["welcome"]));

        var again = await client.AnswerAsync((await client.LoginAsync("alice")).Token, codes[0]);
        Assert.Equal((401, "invalid_code"), (again.Status, again.Error));
        Assert.Equal(200, (await client.AnswerAsync(again.Token, codes[3])).Status);

        var notices = host.Services.GetRequiredService<Channel<MfaEvent>>().Reader;
        Assert.True(notices.TryRead(out var notice));
        Assert.Equal(MfaEventNames.FactorAdded, notice.Name);
    }

    [Fact]
    public async Task OwnHook_RefusesAtCompletion()
    {
        await using var host = await StartAsync(options => options.Principal = user =>
        {
            var principal = TestHost.PrincipalOf(user);
            ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(ClaimTypes.UserData, "blocked"));
            return principal;
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice", realm: "localhost");

        var refused = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());

        Assert.Equal((403, "access_denied"), (refused.Status, refused.Error));
    }

    private static Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null) => TestHost.StartAsync(options =>
    {
        options.Mfa = mfa => Registration.AddParts(mfa.Services, mfa);
        configure?.Invoke(options);
    });

    [GeneratedRegex(@"<!-- (?<file>\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
