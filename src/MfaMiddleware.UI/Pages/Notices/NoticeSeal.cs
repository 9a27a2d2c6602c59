using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.UI.Pages.Notices;

/// <summary>
/// Carries a notice in the address that a redirect leads to, so that Back and Reload ask for nothing to be sent again. Sealed and bound to its
/// sign-in: a link from elsewhere makes a page say nothing, and it is over with the sign-in.
/// </summary>
internal sealed class NoticeSeal(IDataProtectionProvider provider)
{
    private const int MaxLength = 1024;
    private const char Separator = '|';

    private readonly IDataProtector _protector = provider.CreateProtector("MfaMiddleware.UI.Notice");

    public string Close(MfaPendingSignIn pending, SentNotice notice) => _protector.Protect(string.Join(
        Separator,
        pending.Id,
        pending.Version.ToString(CultureInfo.InvariantCulture),
        notice.Kind,
        notice.Until?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        notice.Reason));

    /// <summary>The notice; null where there is none for this sign-in.</summary>
    public SentNotice? Open(MfaPendingSignIn pending, string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength } || TryUnprotect(text) is not { } plain) return null;
        return plain.Split(Separator, 5) is [var id, var version, var kind, var until, var reason] && id == pending.Id ? Read(version, kind, until, reason) : null;
    }

    /// <summary>Null for a notice of another version of this package, which this one doesn't know.</summary>
    private static SentNotice? Read(string version, string kind, string until, string reason) => !Enum.TryParse<NoticeKind>(kind, out var known) ? null : new SentNotice(known, TimeOf(until))
    {
        Version = long.Parse(version, CultureInfo.InvariantCulture),
        Reason = reason.Length == 0 ? null : reason,
    };

    private static DateTimeOffset? TimeOf(string until) =>
        until.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(until, CultureInfo.InvariantCulture));

    private string? TryUnprotect(string text)
    {
        try
        {
            return _protector.Unprotect(text);
        }
        catch (CryptographicException)
        {
            // Fail closed: what isn't of our making, or no longer readable, is no notice. The page is as good without it.
            return null;
        }
    }
}
