namespace MfaMiddleware;

/// <summary>A form that a browser posted and that its second factor interrupted, for a page that posts it again.</summary>
/// <param name="Url">Where it was posted: local, PathBase included.</param>
/// <param name="Fields">Its fields in their order, but passwords.</param>
public sealed record MfaKeptForm(string Url, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Prints no field.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
