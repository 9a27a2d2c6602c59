namespace MfaMiddleware;

/// <summary>Whose sign-in it is: the key of everything that is stored.</summary>
/// <param name="Realm">The tenant; empty where the app has one.</param>
/// <param name="Id">The subject identifier that the app's own sign-in put on the principal (claim <c>sub</c> or NameIdentifier).</param>
public readonly record struct MfaSubject(string Realm, string Id)
{
    /// <summary>Prints no identity, so that none reaches a log by accident.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
