namespace MfaMiddleware.UI.Pages;

/// <summary>The way to answer that a page asks for.</summary>
/// <param name="Method">The method's name; null for the best one.</param>
/// <param name="FactorId">The factor, where each has a way of its own: a method that sends its code to one of several numbers.</param>
internal sealed record AskedWay(string? Method, string? FactorId)
{
    public static AskedWay Of(PageForm form) => new(form["method"], form["factor"]);

    public static AskedWay Of(MfaOfferedMethod offered) => new(offered.Method, HasOwnWay(offered) ? offered.Id : null);

    /// <summary>The ways of a session, best first. A ceremony covers all the keys, a code all the apps and tokens: each of those methods is one way.</summary>
    public static List<MfaOfferedMethod> ListOf(MfaPendingSignIn pending) => [.. pending.Methods.DistinctBy(Of)];

    /// <summary>The way in the list; a factor that is gone, or none, is the first of its method.</summary>
    public MfaOfferedMethod? FindIn(List<MfaOfferedMethod> ways) =>
        ways.Find(w => w.Method == Method && w.Id == FactorId) ?? ways.Find(w => w.Method == Method);

    /// <summary>The way as the session offers it; null where it doesn't, so that no address repeats what somebody made up.</summary>
    public AskedWay? OfferedBy(MfaPendingSignIn pending) => FindIn(ListOf(pending)) is { } offered ? Of(offered) : null;

    private static bool HasOwnWay(MfaOfferedMethod offered) => offered is { NeedsChallenge: true, UsesBrowser: false };
}
