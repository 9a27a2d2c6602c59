using System.Net;
using MfaMiddleware.Policies;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>Administrators prove each sign-in; from the office network nobody else has to.</summary>
internal sealed class OfficePolicy : IMfaPolicy
{
    private static readonly IPNetwork Office = IPNetwork.Parse("203.0.113.0/24");

    public ValueTask<MfaDecision?> DecideAsync(MfaPolicyContext context, CancellationToken cancellationToken) => new(Decide(context));

    private static MfaDecision? Decide(MfaPolicyContext context)
    {
        if (context.Principal.IsInRole("Admin")) return MfaDecision.Required("admins", "role_admin") with { MaxAge = TimeSpan.Zero };
        return context.RemoteAddress is { } address && Office.Contains(address) ? MfaDecision.NotRequired("office", "office_network") : null;
    }
}
