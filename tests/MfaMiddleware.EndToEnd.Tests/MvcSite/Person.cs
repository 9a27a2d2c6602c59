namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>The people of MvcSite, by first name.</summary>
internal static class Person
{
    public static string EmailOf(string name) => $"{name}@example.com";

    public static string PasswordOf(string name) => $"{NameOf(name)}-pass-1";

    /// <summary>"alice" is greeted as "Alice".</summary>
    public static string NameOf(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..]}";

    public static object CredentialsOf(string name) => new { email = EmailOf(name), password = PasswordOf(name) };
}
