using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The response of a request whose sign-in was captured: from that moment the host writes into a bounded buffer, no cache may keep the
/// response, and nobody else can start it.
/// </summary>
internal sealed class HeldResponse : IDisposable
{
    private readonly HttpContext _context;
    private readonly ResponseSnapshot _snapshot;
    private readonly ClaimsPrincipal _user;
    private readonly IHttpResponseBodyFeature _prior;
    private readonly StreamResponseBodyFeature _holding;
    private readonly HoldStream _stream;
    private readonly List<CapturedSignIn> _signIns = [];
    private StringValues? _sealedCookies;

    private HeldResponse(HttpContext context)
    {
        _context = context;
        _snapshot = new ResponseSnapshot(context.Response);
        _user = context.User;
        Negotiated = ChallengeNegotiator.Choose(context);
        _prior = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _stream = new HoldStream(() => IsError, Release);
        _holding = new StreamResponseBodyFeature(_stream);
    }

    /// <summary>The sign-ins captured so far, in order.</summary>
    public IReadOnlyList<CapturedSignIn> SignIns => _signIns;

    public bool HasSignIns => _signIns.Count > 0;

    /// <summary>How this client is challenged, decided while the endpoint is known.</summary>
    public ChallengeForm Negotiated { get; }

    /// <summary>Whether the answer to the client is ours from here on.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether somebody else started the response, so that the challenge went out under their hands.</summary>
    public bool IsStolen { get; private set; }

    public bool IsError => _context.Response.StatusCode >= StatusCodes.Status500InternalServerError;

    /// <summary>Begins to hold the response of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="onStolen">Called when somebody else starts the response while a sign-in waits.</param>
    public static HeldResponse Begin(HttpContext context, Func<HttpContext, HeldResponse, Task> onStolen)
    {
        if (context.Response.HasStarted || HasUnflushedBytes(context))
        {
            throw new InvalidOperationException("SignInAsync was called after the response had started: no cookie could be set and no challenge sent.");
        }

        var held = new HeldResponse(context);
        context.Response.Headers.CacheControl = "no-store";
        ResponseSnapshot.AddPlaceholderCookie(context.Response);
        if (context.Features.Get<IOutputCacheFeature>() is { } outputCache) outputCache.Context.AllowCacheStorage = false;
        context.Features.Set<IHttpResponseBodyFeature>(held._holding);
        context.Response.OnStarting(() => held.GuardAsync(onStolen));
        return held;
    }

    public void Capture(CapturedSignIn signIn)
    {
        if (_signIns.Count > 0 && _signIns[0].Request.Subject != signIn.Request.Subject)
        {
            throw new InvalidOperationException("One request signs in two different subjects, and the first waits for its second factor: MFA refuses to mix them.");
        }

        _signIns.Add(signIn);
    }

    /// <summary>The host signs out of a scheme that it signed in to before, in the same request.</summary>
    public async Task TakeBackAsync(string scheme)
    {
        if (_signIns.RemoveAll(s => s.Request.Scheme.Name == scheme) == 0 || HasSignIns || IsSettled) return;
        _snapshot.WithholdCookies(_context.Response);
        await _holding.Writer.FlushAsync();
        await _stream.ReleaseAsync(_context.RequestAborted);
    }

    /// <summary>What the client gets once the factor is verified.</summary>
    public async Task<HeldReply> ReadReplyAsync()
    {
        await _holding.Writer.FlushAsync();
        var response = _context.Response;
        return new HeldReply(
            response.StatusCode,
            response.Headers.Location,
            _snapshot.CookiesToHold(response.Headers),
            HeldReply.IsSmallJsonObject(response, _stream) ? _stream.Kept.ToArray() : null);
    }

    /// <summary>Clears the way for our own answer, under the headers of the moment of the sign-in.</summary>
    public void Settle()
    {
        IsSettled = true;
        StopHolding();
        _snapshot.Restore(_context.Response);
        _context.Response.Headers.CacheControl = "no-store";
        _context.User = _user;
    }

    /// <summary>Our answer's headers are complete: callbacks of the host that run when the response starts add no cookie to them.</summary>
    public void Seal() => _sealedCookies = _context.Response.Headers.SetCookie;

    /// <summary>Gets past every wrapper that replaced the response body, to the server itself.</summary>
    public void TakeFromThief()
    {
        IsStolen = true;
        var body = _prior;
        while (body is StreamResponseBodyFeature { PriorFeature: { } inner }) body = inner;
        _context.Features.Set(body);
    }

    /// <summary>No sign-in took place: the host's error page goes out as it was written, without the cookies that came with the sign-in.</summary>
    public async Task DeliverErrorAsync()
    {
        await _holding.Writer.FlushAsync();
        if (_stream.IsReleased) return;
        Abandon();
        await _context.Response.Body.WriteAsync(_stream.Kept, _context.RequestAborted);
    }

    /// <summary>No sign-in took place and an exception is on its way: whoever handles it has the response of before.</summary>
    public void Abandon()
    {
        IsSettled = true;
        StopHolding();
        _snapshot.WithholdCookies(_context.Response);
        _context.User = _user;
    }

    public void Dispose() => _stream.Dispose();

    private Task GuardAsync(Func<HttpContext, HeldResponse, Task> onStolen)
    {
        if (_sealedCookies is { } cookies) _context.Response.Headers.SetCookie = cookies;
        return IsSettled || !HasSignIns ? Task.CompletedTask : onStolen(_context, this);
    }

    private void StopHolding()
    {
        // A middleware between us and the endpoint may have put its own feature back already.
        if (ReferenceEquals(_context.Features.Get<IHttpResponseBodyFeature>(), _holding)) _context.Features.Set(_prior);
    }

    private Stream Release()
    {
        IsSettled = true;
        _snapshot.WithholdCookies(_context.Response);
        return _prior.Stream;
    }

    private static bool HasUnflushedBytes(HttpContext context) =>
        context.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 };
}
