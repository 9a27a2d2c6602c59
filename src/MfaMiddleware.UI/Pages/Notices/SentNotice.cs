namespace MfaMiddleware.UI.Pages.Notices;

/// <summary>What became of a form, on its way from the answer to the page that the redirect shows.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Until">From when on the same may be tried again; null for at once.</param>
internal sealed record SentNotice(NoticeKind Kind, DateTimeOffset? Until = null)
{
    /// <summary>Why something was refused, as a code; null where that isn't known.</summary>
    public string? Reason { get; init; }

    /// <summary>The version of the session that it is about.</summary>
    public long Version { get; init; }

    /// <summary>A ceremony is short and answered once: where it is over, the browser isn't asked for the key again by a reload.</summary>
    public bool IsStarted(MfaPendingSignIn pending, DateTimeOffset now) => Kind == NoticeKind.Started && Version == pending.Version && Until > now;
}
