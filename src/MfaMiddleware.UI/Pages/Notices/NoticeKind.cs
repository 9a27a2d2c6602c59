namespace MfaMiddleware.UI.Pages.Notices;

/// <summary>What became of a form that is shown again.</summary>
internal enum NoticeKind
{
    /// <summary>The code was wrong.</summary>
    Wrong,

    /// <summary>The key was.</summary>
    WrongKey,

    /// <summary>There was no code.</summary>
    CodeMissing,

    /// <summary>The code could be for several methods.</summary>
    MethodRequired,

    /// <summary>Answered in another tab, or by the first of two clicks: nothing was checked.</summary>
    Stale,

    /// <summary>The way that a form is for was switched off, or its factor removed, since it was shown; nothing was checked.</summary>
    NotOffered,

    /// <summary>The account must wait.</summary>
    Throttled,

    /// <summary>Nothing was sent: too soon, or too often.</summary>
    NotSentYet,

    /// <summary>Nothing was sent: what sends is down.</summary>
    NotSent,

    /// <summary>What was entered for a set-up can't be used.</summary>
    Refused,

    /// <summary>The ceremony of a key has begun: no text, the page asks the browser for the key.</summary>
    Started,
}
