using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;

namespace MfaMiddleware.Endpoints;

/// <summary>Marks an endpoint whose bodies hold codes, secrets and tokens.</summary>
internal sealed record KeepsSecrets;

/// <summary>Keeps the bodies of our endpoints out of the framework's HTTP log, whatever else the host logs; headers and path stay as the host wants them.</summary>
internal sealed class BodiesOutOfHttpLogs : IHttpLoggingInterceptor
{
    public ValueTask OnRequestAsync(HttpLoggingInterceptorContext logContext) => Disable(logContext);

    public ValueTask OnResponseAsync(HttpLoggingInterceptorContext logContext) => Disable(logContext);

    private static ValueTask Disable(HttpLoggingInterceptorContext logContext)
    {
        if (logContext.HttpContext.GetEndpoint()?.Metadata.GetMetadata<KeepsSecrets>() is not null)
        {
            logContext.TryDisable(HttpLoggingFields.RequestBody | HttpLoggingFields.ResponseBody);
        }

        return ValueTask.CompletedTask;
    }
}
