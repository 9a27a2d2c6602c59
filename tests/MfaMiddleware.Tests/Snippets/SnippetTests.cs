using System.Security.Claims;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Tests.Conventions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>The examples of the README and the docs are these files or parts of them, and they do what the text says.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string> Files => ["TanListMethod.cs", "OfficePolicy.cs", "OwnerNoticeSink.cs", "Registration.cs"];

    /// <summary>Every text with an example in C#; a new one is found by itself.</summary>
    public static TheoryData<string> Texts =>
    [
        .. Directory.GetFiles(Path.Combine(LayoutTests.FindRoot(), "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(LayoutTests.FindRoot(), "README.md"))
            .Where(file => CSharp().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(LayoutTests.FindRoot(), file)),
    ];

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

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task EveryCSharpBlock_IsPartOfAFileThatCompiles(string text)
    {
        var root = LayoutTests.FindRoot();
        var files = Directory.GetFiles(Path.Combine(root, "tests", "MfaMiddleware.Tests", "Snippets"), "*.cs");
        var compiled = await Task.WhenAll(files.Select(async file => OneLine(await File.ReadAllTextAsync(file))));

        var blocks = CSharp().Matches(await File.ReadAllTextAsync(Path.Combine(root, text))).Select(m => m.Groups["code"].Value).ToList();

        Assert.NotEmpty(blocks);
        // What a block uses stands on top of a file, and the rest in one piece below.
        Assert.All(blocks, block => Assert.Contains(
            compiled, file => Using().Matches(block).All(m => file.Contains(m.Value.Trim(), StringComparison.Ordinal)) && file.Contains(OneLine(Using().Replace(block, "")), StringComparison.Ordinal)));
    }

    private static string OneLine(string code) => Space().Replace(code, " ").Trim();

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

    [Fact]
    public async Task OwnRealm_IsNotTheClientsToChoose()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice", realm: "localhost");

        var (usual, upper) = (await client.LoginAsync("alice"), await client.PostAsync("/login", new { user = "alice" }, ("Host", "LOCALHOST")));
        var unknown = await client.PostAsync("/login", new { user = "alice" }, ("Host", "thief.example"));

        Assert.Equal(usual.Json["methods"]!.ToJsonString(), upper.Json["methods"]!.ToJsonString());
        Assert.Equal(400, unknown.Status);
    }

    private static Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null) => TestHost.StartAsync(options =>
    {
        options.Mfa = mfa => Registration.AddParts(mfa.Services, mfa);
        configure?.Invoke(options);
    });

    [GeneratedRegex(@"```(?:csharp|cs|c#)\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"<!-- (?<file>\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
