using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace MfaMiddleware.Endpoints;

/// <summary>Says that an endpoint takes a JSON body of this type.</summary>
internal sealed record JsonBody(Type Type);

/// <summary>
/// Puts <see cref="JsonBody"/> into the host's description of its endpoints (OpenAPI). The framework's own metadata for it would let routing
/// answer a wrong content type, with an empty 415 that caches may keep, before our reader sees the request.
/// </summary>
internal sealed class JsonBodyDescription : IApiDescriptionProvider
{
    /// <summary>After the framework's providers, which make the descriptions.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
        foreach (var description in context.Results)
        {
            if (description.ActionDescriptor.EndpointMetadata?.OfType<JsonBody>().FirstOrDefault() is { } body) Describe(description, body.Type);
        }
    }

    private static void Describe(ApiDescription description, Type type)
    {
        description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = "application/json" });
        description.ParameterDescriptions.Add(new ApiParameterDescription
        {
            Name = "body",
            Source = BindingSource.Body,
            Type = type,
            IsRequired = true,
            ModelMetadata = new EmptyModelMetadataProvider().GetMetadataForType(type),
        });
    }
}
