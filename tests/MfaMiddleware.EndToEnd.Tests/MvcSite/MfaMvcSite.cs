namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>MvcSite with the policy that it ships with: every sign-in is challenged.</summary>
public class MfaMvcSite() : SampleServer("MvcSite");
