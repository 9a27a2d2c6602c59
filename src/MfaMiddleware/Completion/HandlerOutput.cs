using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace MfaMiddleware.Completion;

/// <summary>
/// Takes what handlers write while they sign in (a bearer handler its tokens, a cookie handler its cookies): where one fails, nothing of the
/// others is out, and whoever answers next knows whether there is a body already, which buffering middleware would hide.
/// </summary>
internal sealed class HandlerOutput : IDisposable
{
    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _prior;
    private readonly MemoryStream _bytes = new();
    private readonly StreamResponseBodyFeature _taking;
    private readonly StringValues _cookies;
    private bool _isSent;

    public HandlerOutput(HttpContext context)
    {
        _context = context;
        _prior = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _cookies = context.Response.Headers.SetCookie;
        _taking = new StreamResponseBodyFeature(_bytes);
        context.Features.Set<IHttpResponseBodyFeature>(_taking);
    }

    /// <summary>Sends it.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> SendAsync()
    {
        await _taking.CompleteAsync();
        _context.Features.Set(_prior);
        _isSent = true;
        if (_bytes.Length == 0) return false;
        await _context.Response.Body.WriteAsync(_bytes.GetBuffer().AsMemory(0, (int)_bytes.Length), _context.RequestAborted);
        return true;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        if (_isSent) return;
        _context.Features.Set(_prior);
        if (!_context.Response.HasStarted) _context.Response.Headers.SetCookie = _cookies;
    }
}
