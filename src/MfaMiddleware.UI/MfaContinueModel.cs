namespace MfaMiddleware.UI;

/// <summary>What <c>Continue.cshtml</c> posts again.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Fields">The fields, in their order.</param>
public sealed record MfaContinueModel(string Url, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Prints no field.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
