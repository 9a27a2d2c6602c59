namespace MfaMiddleware.Completion;

/// <summary>Decides which addresses are local: a path of this app and nothing that a browser could read as another host.</summary>
internal static class ReturnUrl
{
    private const int MaxLength = 2048;

    public static bool IsLocal(string? url)
    {
        if (url is not { Length: > 0 and <= MaxLength } || url[0] != '/') return false;
        // A browser reads a backslash as a slash, and drops control characters.
        if (url.Length > 1 && (url[1] is '/' or '\\')) return false;
        return !url.Any(c => char.IsControl(c) || c == '\\');
    }
}
