using MfaMiddleware.EndToEnd.Tests.AuthorizationServer;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using MfaMiddleware.EndToEnd.Tests.Pages;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>Tests that share a browser and a site; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<EnrolledMvcSite>, ICollectionFixture<StateHost>
{
    public const string Name = "Browser";
}

/// <summary>Tests with a second browser, beside those of the first: two cores have time for two.</summary>
[CollectionDefinition(Name)]
public sealed class SecondBrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<PlainMvcSite>, ICollectionFixture<AuthorizationServerSample>, ICollectionFixture<ShippedMvcSite>
{
    public const string Name = "Second browser";
}
