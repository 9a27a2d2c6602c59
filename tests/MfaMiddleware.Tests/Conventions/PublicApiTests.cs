using System.Reflection;
using MfaMiddleware.EntityFrameworkCore;
using MfaMiddleware.Redis;
using MfaMiddleware.UI;
using Xunit;

namespace MfaMiddleware.Tests.Conventions;

/// <summary>The public API is a list in the repository: a change of it is a change that somebody meant.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Assemblies => ["MfaMiddleware", "MfaMiddleware.EntityFrameworkCore", "MfaMiddleware.Redis", "MfaMiddleware.UI"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicApi_IsTheOneOfTheCheckedFile(string name)
    {
        var assembly = new[] { typeof(MfaOptions).Assembly, typeof(MfaDbContext).Assembly, typeof(MfaRedisOptions).Assembly, typeof(MfaUIOptions).Assembly }.Single(a => a.GetName().Name == name);
        var actual = Describe(assembly);
        var file = Path.Combine(LayoutTests.FindRoot(), "tests", "MfaMiddleware.Tests", "Conventions", $"{name}.PublicApi.txt");

        // Beside the test's assembly, to be copied over the checked file where a change is meant.
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, $"{name}.PublicApi.txt"), actual);
        Assert.Equal(File.Exists(file) ? File.ReadAllLines(file) : [], actual);
    }

    private static string[] Describe(Assembly assembly) =>
    [
        .. assembly.GetExportedTypes().Where(t => t.Namespace?.StartsWith("AspNetCoreGeneratedDocument", StringComparison.Ordinal) != true)
            .SelectMany(Describe).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Describe(Type type)
    {
        yield return Name(type) + (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? " : " + Name(parent) : "");
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Declared).Where(m => m is not Type && !IsPlumbing(m)))
        {
            yield return $"{Name(type)}.{member.Name}{Signature(member)}";
        }
    }

    /// <summary>What the compiler writes for records, properties and enums.</summary>
    private static bool IsPlumbing(MemberInfo member) => member switch
    {
        MethodInfo { IsSpecialName: true } => true,
        { Name: "Equals" or "GetHashCode" or "Deconstruct" or "PrintMembers" or "<Clone>$" or "value__" } => true,
        _ => false,
    };

    private static string Signature(MemberInfo member) => member switch
    {
        MethodBase method => $"({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))})" + (method is MethodInfo m ? " -> " + Name(m.ReturnType) : ""),
        PropertyInfo property => $" {{{(property.GetMethod?.IsPublic == true ? " get;" : "")}{(property.SetMethod?.IsPublic == true ? " set;" : "")} }} -> {Name(property.PropertyType)}",
        FieldInfo { IsLiteral: true } field => " = " + field.GetRawConstantValue(),
        FieldInfo field => " -> " + Name(field.FieldType),
        _ => "",
    };

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        var name = type.IsNested && !type.IsGenericParameter ? Name(type.DeclaringType!) + "." + type.Name : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
