namespace MfaMiddleware.UI;

/// <summary>The settings of the pages.</summary>
public sealed class MfaUIOptions
{
    /// <summary>
    /// A Razor layout to put the pages in, for example <c>/Views/Shared/_Layout.cshtml</c>. Default: one of our own. Scripts, styles, images and
    /// fonts of it must be files of the app: the pages forbid inline scripts and styles, and everything of other hosts.
    /// </summary>
    public string? Layout { get; set; }
}
