using MfaMiddleware.Verification;

namespace MfaMiddleware.Interposition;

/// <summary>Finds what lets a sign-in pass without a challenge of its own: a refresh of a session, or a proof of the same browser.</summary>
internal static class PassFinder
{
    /// <summary>The stamp that a refresh keeps, time and all; null where the sign-in is a new one.</summary>
    public static MfaStamp? FindRefresh(MfaRequestState state, SignInRequest request)
    {
        if (state.Completing is { } completing && completing.IsFor(request.Subject)) return completing with { Scheme = request.Scheme.Name };

        // A stamp passes only for its own subject and scheme: one that was made where no factor was asked for must not open another scheme.
        var stamp = StampCodec.Read(request.Properties);
        if (IsOf(stamp, request)) return stamp;
        return state.Refreshing.FirstOrDefault(s => IsOf(s, request));
    }

    /// <summary>The stamp that an authorization server kept in its code or refresh token, as it was: never a higher one.</summary>
    public static MfaStamp? FindRedeemed(StampCodec codec, SignInRequest request) =>
        codec.Read(request.Principal).Stamp is { } stamp && IsOf(stamp, request) ? stamp : null;

    /// <summary>The proofs that sessions of the same subject brought into this request.</summary>
    public static IReadOnlyList<MfaProof> FindProofs(MfaRequestState state, SignInRequest request) =>
        [.. state.Authenticated.Where(s => s.IsFor(request.Subject)).Select(s => s.Proof).OfType<MfaProof>().OrderByDescending(p => p.At)];

    private static bool IsOf(MfaStamp? stamp, SignInRequest request) =>
        stamp is not null && stamp.IsFor(request.Subject) && stamp.Scheme == request.Scheme.Name;
}
