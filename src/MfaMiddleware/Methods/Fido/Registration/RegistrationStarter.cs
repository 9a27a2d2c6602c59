using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Ceremonies;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>Makes the ceremony of a registration.</summary>
internal static class RegistrationStarter
{
    private const int HandleLength = 32;

    public static async ValueTask<Ceremony> StartAsync(WebAuthnPolicy policy, RegistrationRequest request, DateTimeOffset now)
    {
        using var framework = new FrameworkRegistration(policy, policy.RelyingPartyId, policy.Algorithms, policy.UserVerification);
        var start = await framework.StartAsync().ConfigureAwait(false);
        return new Ceremony
        {
            Purpose = CeremonyPurpose.Registration,
            Challenge = start.Challenge,
            UserHandle = HandleOf(request),
            RelyingPartyId = policy.RelyingPartyId,
            AppId = policy.AppId,
            UserVerification = policy.UserVerification,
            Algorithms = [.. policy.Algorithms],
            CredentialIds = [.. request.Existing.Select(c => c.Id)],
            ExpiresAt = now + policy.Timeout,
            FrameworkState = start.State,
        };
    }

    // One handle for all keys of a user, and random: it is readable on a lost key, so it must say nothing of the account.
    private static ReadOnlyMemory<byte> HandleOf(RegistrationRequest request) =>
        request.Existing.Select(c => c.UserHandle).FirstOrDefault(h => !h.IsEmpty) is { IsEmpty: false } handle ? handle : RandomNumberGenerator.GetBytes(HandleLength);
}
