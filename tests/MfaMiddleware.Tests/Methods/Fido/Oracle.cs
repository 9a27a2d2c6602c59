using System.Text.Json;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Registration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>What the shared framework's handler says of the same assertion.</summary>
internal static class Oracle
{
    public const string UserId = "user";

    public static async Task<bool> AcceptsAsync(WebAuthnPolicy policy, Ceremony ceremony, WebAuthnCredential credential, string json)
    {
        var options = new IdentityPasskeyOptions
        {
            ServerDomain = ceremony.RelyingPartyId,
            UserVerificationRequirement = ceremony.UserVerification.Text(),
            ValidateOrigin = c => ValueTask.FromResult(
                policy.Origins.Contains(c.Origin) && (!c.CrossOrigin || policy.AllowCrossOrigin) && (c.TopOrigin is null || (c.CrossOrigin && policy.TopOrigins.Contains(c.TopOrigin)))),
        };
        using var users = new OneUser(credential);
        var handler = new PasskeyHandler<PreloadedUser>(users, Options.Create(options));
        var state = JsonSerializer.Serialize(new { challenge = Convert.ToBase64String(ceremony.Challenge.Span), userId = UserId });
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = new DefaultHttpContext(), CredentialJson = json, AssertionState = state });
        return result.Succeeded;
    }

    private sealed class OneUser(WebAuthnCredential credential)
        : UserManager<PreloadedUser>(new EmptyUserStore(), null!, null!, null!, null!, null!, null!, null!, NullLogger<UserManager<PreloadedUser>>.Instance)
    {
        private readonly PreloadedUser _user = new();

        public override Task<PreloadedUser?> FindByIdAsync(string userId) => Task.FromResult(userId == UserId ? _user : null);

        public override Task<string> GetUserIdAsync(PreloadedUser user) => Task.FromResult(UserId);

        public override Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PreloadedUser user) => Task.FromResult<IList<UserPasskeyInfo>>([Info()]);

        public override Task<UserPasskeyInfo?> GetPasskeyAsync(PreloadedUser user, byte[] credentialId) =>
            Task.FromResult(credential.Id.Span.SequenceEqual(credentialId) ? Info() : null);

        public override Task<PreloadedUser?> FindByPasskeyIdAsync(byte[] credentialId) => Task.FromResult(credential.Id.Span.SequenceEqual(credentialId) ? _user : null);

        private UserPasskeyInfo Info() => new(
            credential.Id.ToArray(), credential.PublicKey.ToArray(), Vector.Now, credential.SignCount, [.. credential.Transports], credential.UserVerificationInitialized,
            credential.BackupEligible, credential.BackupState, [], []);
    }
}
