using System.Reflection;
using System.Text.RegularExpressions;
using MfaMiddleware.EntityFrameworkCore;
using MfaMiddleware.Redis;
using MfaMiddleware.UI;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Conventions;

/// <summary>What the layout promises, read off the assemblies and the sources.</summary>
public sealed partial class LayoutTests
{
    private static readonly string Root = FindRoot();

    private static readonly Assembly[] Assemblies = [typeof(MfaOptions).Assembly, typeof(MfaDbContext).Assembly, typeof(MfaUIOptions).Assembly, typeof(MfaRedisOptions).Assembly];

    public static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MfaMiddleware.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The repository isn't above the test's folder.");
    }

    [Fact]
    public void InnerSignIn_IsCalledFromThePassThroughAndTheCompleterOnly()
    {
        var callers = SourcesOf("MfaMiddleware")
            .Where(file => InnerSignIn().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName).Order();

        Assert.Equal(["SignInCompleter.cs", "SignInPassThrough.cs"], callers);
    }

    [Fact]
    public void InnerService_IsReachedByThoseTwoAndTheDecoratorOnly()
    {
        var users = SourcesOf("MfaMiddleware")
            .Where(file => File.ReadAllText(file).Contains("InnerAuthentication", StringComparison.Ordinal))
            .Select(Path.GetFileName).Order();

        Assert.Equal(
            ["InnerAuthentication.cs", "MfaAuthenticationService.cs", "MfaServiceCollectionExtensions.cs", "SignInCompleter.cs", "SignInPassThrough.cs"], users);
    }

    [Fact]
    public void OnlyTheDecorator_IsAnAuthenticationService() =>
        Assert.Equal(["MfaAuthenticationService"], Assemblies.SelectMany(a => a.GetTypes()).Where(t => typeof(IAuthenticationService).IsAssignableFrom(t)).Select(t => t.Name));

    [Theory]
    [InlineData("Policies")]
    [InlineData("PendingSessions")]
    [InlineData("Challenges")]
    [InlineData("Verification")]
    [InlineData("Methods")]
    [InlineData("Factors")]
    public void MiddleStages_KnowNoHttp(string folder)
    {
        var knowing = Directory.EnumerateFiles(Path.Combine(Root, "src", "MfaMiddleware", folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => Http().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName);

        // The framework's WebAuthn code wants a context, of which it reads nothing: an empty one is made there.
        Assert.Empty(knowing.Except(["FrameworkRegistration.cs"]));
    }

    [Fact]
    public void Core_DependsOnTheSharedFrameworkAlone()
    {
        var project = File.ReadAllText(Path.Combine(Root, "src", "MfaMiddleware", "MfaMiddleware.csproj"));

        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", project, StringComparison.Ordinal);
    }

    [Fact]
    public void InternalClasses_AreSealed()
    {
        var open = Assemblies.SelectMany(a => a.GetTypes())
            .Where(t => t is { IsClass: true, IsVisible: false, IsSealed: false, IsAbstract: false } && t.Namespace?.StartsWith("MfaMiddleware", StringComparison.Ordinal) == true)
            .Where(t => !t.Name.Contains('<', StringComparison.Ordinal))
            .Select(t => t.FullName);

        Assert.Empty(open);
    }

    [Fact]
    public void EventIds_AreUniqueAndStayInTheirFoldersBlock()
    {
        var ids = Assemblies.SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(m => (Method: m, Attribute: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(m => m.Attribute is not null)
            .ToList();

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(m => m.Attribute!.EventId).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Empty(ids.Where(m => m.Attribute!.EventId / 100 != Block(m.Method.DeclaringType!)).Select(m => $"{m.Method.DeclaringType!.FullName}: {m.Attribute!.EventId}"));
    }

    [Fact]
    public void AsyncMethods_EndInAsync()
    {
        var wrong = Assemblies.SelectMany(a => a.GetExportedTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => typeof(Task).IsAssignableFrom(m.ReturnType) || (m.ReturnType.IsGenericType && m.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)) || m.ReturnType == typeof(ValueTask))
            .Where(m => !m.Name.EndsWith("Async", StringComparison.Ordinal))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}");

        Assert.Empty(wrong);
    }

    private static int Block(Type type)
    {
        if (type.Assembly == typeof(MfaDbContext).Assembly) return 20;
        if (type.Assembly == typeof(MfaUIOptions).Assembly) return 30;
        if (type.Assembly == typeof(MfaRedisOptions).Assembly) return 40;
        string[] folders =
        [
            "Interposition", "Policies", "PendingSessions", "Challenges", "Verification", "Completion", "Methods", "Factors", "Enrollment", "StepUp", "Endpoints", "Telemetry",
        ];
        var folder = type.Namespace!.Split('.').ElementAtOrDefault(1);
        return folder switch
        {
            null => folders.Length + 1,
            "TrustedDevices" => folders.Length + 2,
            _ => Array.IndexOf(folders, folder) + 1,
        };
    }

    private static IEnumerable<string> SourcesOf(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"InnerAuthentication\s*\.Of\(\w+\)\s*\.SignInAsync|\binner\.SignInAsync")]
    private static partial Regex InnerSignIn();

    [GeneratedRegex(@"\bHttp(Context|Request|Response)\b")]
    private static partial Regex Http();
}
