using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.UI.Pages;

/// <summary>The name of the app as authenticator apps show it.</summary>
internal sealed class PageBrand(IOptions<MfaOptions> options, IHostEnvironment environment)
{
    public string Name => options.Value.Issuer ?? environment.ApplicationName;
}
