using System.Security.Claims;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OutputCaching;

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
    private readonly Exception? _handledBefore;
    private readonly IHttpResponseBodyFeature _prior;
    private readonly IHttpResponseBodyFeature _server;
    private readonly StreamResponseBodyFeature _holding;
    private readonly HoldStream _stream;
    private readonly List<CapturedSignIn> _signIns = [];
    private SealedHeaders? _sealed;
    private bool _isAbandoned;

    private HeldResponse(HttpContext context)
    {
        _context = context;
        _snapshot = new ResponseSnapshot(context.Response);
        _user = context.User;
        _handledBefore = HandledException(context);
        PathBase = context.Request.PathBase;
        Negotiated = ChallengeNegotiator.Choose(context);
        _prior = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _server = ServerBodyOf(context, _prior);
        _stream = new HoldStream(() => IsError, Release);
        _holding = new StreamResponseBodyFeature(_stream);
    }

    /// <summary>The sign-ins captured so far, in order.</summary>
    public IReadOnlyList<CapturedSignIn> SignIns => _signIns;

    public bool HasSignIns => _signIns.Count > 0;

    /// <summary>How this client is challenged, decided while the endpoint is known.</summary>
    public ChallengeForm Negotiated { get; }

    /// <summary>The path base of the moment of the sign-in: who set it takes it back before we answer.</summary>
    public PathString PathBase { get; }

    /// <summary>Whether nothing is left for us to answer.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether somebody else started the response, so that the challenge went out under their hands.</summary>
    public bool IsStolen { get; private set; }

    /// <summary>Whether the host failed after the sign-in, be it that its exception handler made something friendly of it.</summary>
    public bool IsError =>
        _context.Response.StatusCode >= StatusCodes.Status500InternalServerError
        || (HandledException(_context) is { } handled && !ReferenceEquals(handled, _handledBefore));

    /// <summary>Whether bytes wait in the server that were written through a writer from before the sign-in: they would precede our answer.</summary>
    public bool IsWrittenPast => _server.Writer is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 };

    /// <summary>Begins to hold the response of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="onStolen">Called when somebody else starts the response while a sign-in waits.</param>
    public static HeldResponse Begin(HttpContext context, Func<HttpContext, HeldResponse, Task> onStolen)
    {
        if (context.Response.HasStarted || context.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 }) throw Started();

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
        // After everything was taken back, the host's response may be on its way already.
        if (IsSettled || _stream.IsReleased || _context.Response.HasStarted) throw Started();
        if (_signIns.Count > 0 && _signIns[0].Request.Subject != signIn.Request.Subject)
        {
            throw new InvalidOperationException("One request signs in two different subjects, and the first waits for its second factor: MFA refuses to mix them.");
        }

        _signIns.Add(signIn);
        _stream.IsOpen = false;
    }

    /// <summary>The host signs out of a scheme that it signed in to before, in the same request.</summary>
    public void TakeBack(string scheme)
    {
        if (_signIns.RemoveAll(s => s.Request.Scheme.Name == scheme) == 0 || HasSignIns || IsSettled) return;
        if (_stream.Overflowed)
        {
            throw new InvalidOperationException(
                "SignOutAsync took a sign-in back for which MFA holds the response, after more than 64 KB of body were written: the response can't be made whole.");
        }

        // The host's next byte goes out, after what was held; not before, since the headers of the sign-out are still to come.
        _stream.IsOpen = true;
    }

    /// <summary>What the client gets once the factor is verified.</summary>
    public async Task<HeldReply> ReadReplyAsync()
    {
        await FlushAsync();
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

    /// <summary>From the moment that our answer starts, its headers are fixed: callbacks of the host add nothing to them.</summary>
    /// <remarks>Callbacks run in the reverse order: this one first, then those that the host added after its sign-in, then the guard.</remarks>
    public void Seal() => _context.Response.OnStarting(() =>
    {
        _sealed = new SealedHeaders(_context.Response);
        return Task.CompletedTask;
    });

    /// <summary>Gets past every wrapper that replaced the response body, to the server itself.</summary>
    public void TakeFromThief()
    {
        IsStolen = true;
        _context.Features.Set(_server);
    }

    /// <summary>No sign-in took place: the host's error page goes out as it was written, without the cookies that came with the sign-in.</summary>
    public async Task DeliverErrorAsync()
    {
        await FlushAsync();
        if (_stream.IsReleased) return;
        Abandon();
        if (!_stream.Overflowed) await _context.Response.Body.WriteAsync(_stream.Kept, _context.RequestAborted);
    }

    /// <summary>Every sign-in was taken back: the host's response goes out as it is.</summary>
    public async Task DeliverAsync()
    {
        await FlushAsync();
        await _stream.ReleaseAsync(_context.RequestAborted);
        StopHolding();
    }

    /// <summary>No sign-in took place and an exception is on its way: whoever handles it has the response of before.</summary>
    public void Abandon()
    {
        (IsSettled, _isAbandoned) = (true, true);
        StopHolding();
        _snapshot.WithholdCookies(_context.Response);
        _context.User = _user;
    }

    public void Dispose() => _stream.Dispose();

    private static InvalidOperationException Started() =>
        new("SignInAsync was called after the response had started: no cookie could be set and no challenge sent.");

    private static Exception? HandledException(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Error;

    private static IHttpResponseBodyFeature ServerBodyOf(HttpContext context, IHttpResponseBodyFeature body)
    {
        // A server's response is both features in one object; wrappers replace the second alone.
        if (context.Features.Get<IHttpResponseFeature>() is IHttpResponseBodyFeature server) return server;
        while (body is StreamResponseBodyFeature { PriorFeature: { } inner }) body = inner;
        return body;
    }

    private Task GuardAsync(Func<HttpContext, HeldResponse, Task> onStolen)
    {
        var response = _context.Response;
        _sealed?.Restore(response);
        if (_isAbandoned) _snapshot.WithholdCookies(response);
        if (HasSignIns && !IsSettled) return onStolen(_context, this);
        ResponseSnapshot.RemovePlaceholderCookie(response);
        return Task.CompletedTask;
    }

    /// <summary>What the host left in the writer; where it has completed the response, nothing is left.</summary>
    private Task FlushAsync() => _holding.CompleteAsync();

    private void StopHolding()
    {
        // A middleware between us and the endpoint may have put its own feature back already.
        if (ReferenceEquals(_context.Features.Get<IHttpResponseBodyFeature>(), _holding)) _context.Features.Set(_prior);
    }

    private Stream Release()
    {
        IsSettled = true;
        _isAbandoned = HasSignIns;
        return _prior.Stream;
    }
}
