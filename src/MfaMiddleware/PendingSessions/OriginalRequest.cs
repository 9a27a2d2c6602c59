namespace MfaMiddleware.PendingSessions;

/// <summary>The request that signed in, as far as its repeat must be the same.</summary>
/// <param name="Fingerprint">SHA-256 over method, PathBase, path, query, and the fields of a form but passwords.</param>
/// <param name="Url">PathBase, path and query; local.</param>
/// <param name="Form">The fields of a form that was posted, but passwords; null where none was.</param>
internal sealed record OriginalRequest(byte[] Fingerprint, string Url, IReadOnlyList<KeyValuePair<string, string>>? Form)
{
    /// <summary>What names the cookie of its proof: two tabs with two requests don't mix.</summary>
    public string Key => Convert.ToHexStringLower(Fingerprint.AsSpan(0, 4));
}
