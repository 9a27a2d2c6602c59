using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MfaMiddleware.Interposition;

/// <summary>Status and headers of our own answer, as they were when it started.</summary>
internal sealed class SealedHeaders(HttpResponse response)
{
    private readonly int _status = response.StatusCode;
    private readonly KeyValuePair<string, StringValues>[] _headers = [.. response.Headers];

    public void Restore(HttpResponse to)
    {
        to.StatusCode = _status;
        to.Headers.Clear();
        foreach (var (name, value) in _headers) to.Headers[name] = value;
    }
}
