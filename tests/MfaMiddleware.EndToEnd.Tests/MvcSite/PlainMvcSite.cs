namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>MvcSite as it is where no policy asks for a second factor.</summary>
public sealed class PlainMvcSite() : SampleServer("MvcSite", ("Mfa__Policy__Mode", "Never"));
