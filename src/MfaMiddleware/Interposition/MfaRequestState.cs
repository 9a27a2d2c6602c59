using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>
/// What one request has done with sessions so far. The middleware puts the shared <see cref="Idle"/> mark on each request, so that a request
/// that signs nobody in allocates nothing; the first one who has something to remember replaces it.
/// </summary>
internal sealed class MfaRequestState
{
    public static readonly MfaRequestState Idle = new();

    /// <summary>The response that is held since the first captured sign-in.</summary>
    public HeldResponse? Held { get; set; }

    /// <summary>Stamps of the sessions that were authenticated in this request.</summary>
    public List<MfaStamp> Authenticated { get; } = [];

    /// <summary>Stamps of the bearer refresh tickets that were opened in this request.</summary>
    public List<MfaStamp> Refreshing { get; } = [];

    /// <summary>What was sent as a refresh token of a bearer scheme and is none.</summary>
    public List<string> RefusedRefreshTokens { get; } = [];

    /// <summary>Whether a refused credential of this request has been looked at.</summary>
    public bool IsAudited { get; set; }

    /// <summary>The stamp under which a challenged sign-in is completing right now.</summary>
    public MfaStamp? Completing { get; set; }

    /// <summary>The way back that this request came by.</summary>
    public OpenedComeBack? ComeBack { get; set; }

    /// <summary>This request as its repeat must be; null where it can't be told from another one. Read once.</summary>
    public Task<OriginalRequest?> OriginalAsync(HttpContext context) => _original ??= OriginalRequestReader.ReadAsync(context);

    /// <summary>The same where somebody has asked for it: later, others may have changed the path.</summary>
    public OriginalRequest? KnownOriginal => _original is { IsCompletedSuccessfully: true } read ? read.Result : null;

    private Task<OriginalRequest?>? _original;

    public static MfaRequestState? Find(HttpContext context) => context.Features.Get<MfaRequestState>();

    /// <summary>The state of a request that the middleware has marked, ready to be written to.</summary>
    public static MfaRequestState Of(HttpContext context)
    {
        var state = Find(context) ?? throw new InvalidOperationException(
            "This request did not pass the middleware that AddMfa() puts around the app, so a sign-in in it could not be held back. " +
            "Sign in inside the request pipeline of the host.");
        if (!ReferenceEquals(state, Idle)) return state;

        state = new MfaRequestState();
        context.Features.Set(state);
        return state;
    }
}
