using System.Security.Claims;
using System.Security.Cryptography;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.TestKit.PendingSessions;

/// <summary>
/// The protected part of a session with a ticket of 1,024 bytes: as ASP.NET Core Identity makes it, filled up with claims of random text, which are nearly half of it.
/// </summary>
public static class TicketPayload
{
    private const int TicketBytes = 1024;
    private const string Scheme = "Identity.Application";

    private const string User = "user-1234567@example.com";

    private static readonly SessionProtector Protector = new(new EphemeralDataProtectionProvider());

    /// <summary>Another one with each call; the user is the same.</summary>
    public static byte[] New() => Protector.Protect(new MfaSubject("", User), MfaToken.NewId(), new PendingPayload
    {
        Outcome = MfaOutcome.Required,
        Rule = "default",
        Reasons = ["mode_always"],
        MinimumStrength = null,
        AccountName = User,
        SignIns = [new PendingSignIn(Scheme, Ticket(), 1_800_000_000)],
        Reply = new HeldReply(200, null, [], null),
        ReturnUrl = "/",
        Original = new OriginalRequest(RandomNumberGenerator.GetBytes(32), "/api/login", null),
    });

    private static byte[] Ticket()
    {
        var identity = new ClaimsIdentity(Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaims(
        [
            new(ClaimTypes.NameIdentifier, new Guid(RandomNumberGenerator.GetBytes(16)).ToString()), new(ClaimTypes.Name, User), new(ClaimTypes.Email, User),
            new("AspNet.Identity.SecurityStamp", Text(32)), new("amr", "pwd"), new(ClaimTypes.Role, "Editor"),
        ]);
        var length = Bytes(identity).Length;
        for (var i = 0; TicketBytes - length > 300; i++, length = Bytes(identity).Length) identity.AddClaim(new($"urn:example:claim{i}", Text(64)));
        // The last one makes it exact: an empty one tells how much room is left for its text, and the length of a text of over 127 takes two bytes.
        var withEmpty = identity.Clone();
        withEmpty.AddClaim(new("urn:example:last", ""));
        var room = TicketBytes - Bytes(withEmpty).Length;
        identity.AddClaim(new("urn:example:last", Text(room > 128 ? room - 1 : room)));
        return Bytes(identity) is { Length: TicketBytes } ticket ? ticket : throw new InvalidOperationException("The ticket has another length.");
    }

    private static string Text(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", length);

    private static byte[] Bytes(ClaimsIdentity identity)
    {
        var properties = new AuthenticationProperties { IsPersistent = true, IssuedUtc = DateTimeOffset.UnixEpoch, ExpiresUtc = DateTimeOffset.UnixEpoch };
        return TicketSerializer.Default.Serialize(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme));
    }
}
