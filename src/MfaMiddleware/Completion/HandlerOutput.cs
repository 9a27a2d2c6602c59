using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MfaMiddleware.Completion;

/// <summary>
/// Takes what handlers write while they sign in (a bearer handler its tokens): nothing is out before the last of them is done, and whoever
/// answers next knows whether there is a body already, which buffering middleware would hide.
/// </summary>
internal sealed class HandlerOutput : IDisposable
{
    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _prior;
    private readonly MemoryStream _bytes = new();
    private readonly StreamResponseBodyFeature _taking;

    public HandlerOutput(HttpContext context)
    {
        _context = context;
        _prior = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _taking = new StreamResponseBodyFeature(_bytes);
        context.Features.Set<IHttpResponseBodyFeature>(_taking);
    }

    /// <summary>Sends it.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> SendAsync()
    {
        await _taking.CompleteAsync();
        _context.Features.Set(_prior);
        if (_bytes.Length == 0) return false;
        await _context.Response.Body.WriteAsync(_bytes.GetBuffer().AsMemory(0, (int)_bytes.Length), _context.RequestAborted);
        return true;
    }

    public void Dispose()
    {
        if (ReferenceEquals(_context.Features.Get<IHttpResponseBodyFeature>(), _taking)) _context.Features.Set(_prior);
        _bytes.Dispose();
    }
}
