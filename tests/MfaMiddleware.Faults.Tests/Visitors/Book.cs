using System.Globalization;
using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>What somebody can answer with.</summary>
internal abstract class Book
{
    /// <summary>What comes next; null where there is nothing at the moment.</summary>
    public abstract (OneTime Claim, string Code)? Next();

    /// <summary>It was sent: the next one is another.</summary>
    public abstract void Sent(OneTime claim);

    public virtual void Accepted(OneTime claim)
    {
    }

    /// <summary>A code that is wrong for its user.</summary>
    public abstract string Wrong(OneTime claim);

    protected static string OtherThan(IEnumerable<string> codes)
    {
        var near = codes.ToHashSet();
        return Enumerable.Range(0, 100).Select(i => i.ToString("D6", CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
    }
}

/// <summary>A token with a button: as many codes as are wanted.</summary>
internal sealed class TokenBook(string user, HotpDevice device) : Book
{
    private const int LookAhead = 10;

    // The counter of the enrolment is used.
    private long _next = 1;
    private long _lastAccepted;

    public override (OneTime Claim, string Code)? Next()
    {
        // A press too far and the site wouldn't know the token any more.
        if (_next > _lastAccepted + LookAhead - 2) _next = _lastAccepted + 1;
        // Two presses with one code can't be told apart.
        while (Near(_next).Contains(device.CodeAt(_next))) _next++;
        return (new OneTime(user, "hotp", _next), device.CodeAt(_next));
    }

    public override void Sent(OneTime claim) => _next = claim.Place + 1;

    public override void Accepted(OneTime claim) => _lastAccepted = Math.Max(_lastAccepted, claim.Place);

    public override string Wrong(OneTime claim) => OtherThan(Near(claim.Place).Append(device.CodeAt(claim.Place)));

    private IEnumerable<string> Near(long place) =>
        Enumerable.Range(-LookAhead - 2, (2 * LookAhead) + 5).Where(i => i != 0 && place + i >= 0).Select(i => device.CodeAt(place + i));
}

/// <summary>A phone app, a code each 30 seconds, and a list of recovery codes for the meantime.</summary>
internal sealed class PhoneBook(string user, TotpDevice device, IReadOnlyList<string> recoveryCodes) : Book
{
    private long _last;
    private int _used;

    public override (OneTime Claim, string Code)? Next()
    {
        var step = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;
        if (step > _last && !Near(step).Contains(CodeOf(step))) return (new OneTime(user, "totp", step), CodeOf(step));
        return _used < recoveryCodes.Count ? (new OneTime(user, "recovery_code", _used), recoveryCodes[_used]) : null;
    }

    public override void Sent(OneTime claim)
    {
        if (claim.Method == "totp") _last = claim.Place;
        else _used++;
    }

    public override string Wrong(OneTime claim) => device.WrongCode();

    private string CodeOf(long step) => device.CodeAt(DateTimeOffset.FromUnixTimeSeconds(step * 30));

    private IEnumerable<string> Near(long step) => ((long[])[-2, -1, 1, 2]).Select(i => CodeOf(step + i));
}

/// <summary>The books of several users in one hand.</summary>
internal sealed class Bookcase(IReadOnlyList<KeyValuePair<string, Book>> books) : Book
{
    private int _first;

    public override (OneTime Claim, string Code)? Next()
    {
        // In turn, so that a user's next code isn't asked for before the others'.
        _first++;
        return Enumerable.Range(0, books.Count).Select(i => books[(_first + i) % books.Count].Value.Next()).FirstOrDefault(next => next is not null);
    }

    public override void Sent(OneTime claim) => Of(claim).Sent(claim);

    public override void Accepted(OneTime claim) => Of(claim).Accepted(claim);

    public override string Wrong(OneTime claim) => Of(claim).Wrong(claim);

    private Book Of(OneTime claim) => books.First(b => b.Key == claim.User).Value;
}
