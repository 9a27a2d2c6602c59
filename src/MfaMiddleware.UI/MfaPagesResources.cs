using Microsoft.Extensions.Localization;

// Where the texts lie must not depend on the ResourcesPath of the host.
[assembly: ResourceLocation("Resources")]

namespace MfaMiddleware.UI;

/// <summary>
/// Names the texts of the pages. A host that wants others registers an <see cref="IStringLocalizer{T}"/> of this type; the culture is the one
/// that its request localization chose.
/// </summary>
public sealed class MfaPagesResources
{
    private MfaPagesResources()
    {
    }
}
