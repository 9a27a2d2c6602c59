using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The refresh endpoint of a bearer scheme opens the refresh ticket and signs in a fresh principal without properties. Here the stamp of an
/// opened ticket finds its way to the sign-in of the same request: the protector has no request, so an async-local holds it, set only for
/// requests that can be a refresh.
/// </summary>
internal sealed class BearerRefreshTickets
{
    private readonly AsyncLocal<HttpContext?> _current = new();
    private volatile bool _inUse;

    public bool MayRefresh(HttpContext context) => _inUse && HttpMethods.IsPost(context.Request.Method);

    public void Use() => _inUse = true;

    public IDisposable Watch(HttpContext context)
    {
        _current.Value = context;
        return new Watching(this);
    }

    public void Opened(MfaStamp stamp)
    {
        if (_current.Value is { } context) MfaRequestState.Of(context).Refreshing.Add(stamp);
    }

    public void Refused(string protectedText)
    {
        if (_current.Value is { } context) MfaRequestState.Of(context).RefusedRefreshTokens.Add(protectedText);
    }

    private sealed class Watching(BearerRefreshTickets tickets) : IDisposable
    {
        public void Dispose() => tickets._current.Value = null;
    }
}

/// <summary>Wraps the refresh-ticket protector of every bearer scheme.</summary>
internal sealed class PostConfigureBearerTokenOptions(BearerRefreshTickets tickets, StampCodec stamps, GatedSchemes gated)
    : IPostConfigureOptions<BearerTokenOptions>
{
    public void PostConfigure(string? name, BearerTokenOptions options)
    {
        if (name is null || !gated.IsGated(name) || options.RefreshTokenProtector is StampReadingProtector) return;
        tickets.Use();
        options.RefreshTokenProtector = new StampReadingProtector(options.RefreshTokenProtector, name, tickets, stamps);
    }

    private sealed class StampReadingProtector(
        ISecureDataFormat<AuthenticationTicket> inner, string scheme, BearerRefreshTickets tickets, StampCodec stamps)
        : ISecureDataFormat<AuthenticationTicket>
    {
        public string Protect(AuthenticationTicket data) => inner.Protect(data);

        public string Protect(AuthenticationTicket data, string? purpose) => inner.Protect(data, purpose);

        public AuthenticationTicket? Unprotect(string? protectedText) => Read(protectedText, inner.Unprotect(protectedText));

        public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => Read(protectedText, inner.Unprotect(protectedText, purpose));

        private AuthenticationTicket? Read(string? protectedText, AuthenticationTicket? ticket)
        {
            if (ticket is null && protectedText is not null) tickets.Refused(protectedText);
            else if (ticket is not null && stamps.Read(ticket.Principal).Stamp is { } stamp && stamp.Scheme == scheme) tickets.Opened(stamp);
            return ticket;
        }
    }
}
