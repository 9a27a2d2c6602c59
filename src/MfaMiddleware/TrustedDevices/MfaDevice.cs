namespace MfaMiddleware.TrustedDevices;

/// <summary>A browser in which a user has proved a second factor, and which still counts.</summary>
/// <param name="Id">Its id, which says nothing of its cookie.</param>
/// <param name="Agent">The browser and the system that it said it was: <c>Firefox, Windows</c>; empty where it said nothing.</param>
/// <param name="CreatedAt">The first proof in it, UTC.</param>
/// <param name="LastSeenAt">The last sign-in of the user with it, UTC.</param>
/// <param name="TrustedUntil">Until when it spares the challenge where a rule allows that, UTC; null for a browser that is known, and not trusted.</param>
/// <param name="IsCurrent">Whether the request comes from it.</param>
public sealed record MfaDevice(string Id, string Agent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset? TrustedUntil, bool IsCurrent);
