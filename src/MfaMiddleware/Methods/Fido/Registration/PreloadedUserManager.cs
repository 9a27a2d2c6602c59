using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>
/// What the handler asks of a user manager: nobody is known to it. Whether the credential is registered was answered before, by a lookup
/// whose failure is an exception.
/// </summary>
internal sealed class PreloadedUserManager()
    : UserManager<PreloadedUser>(new EmptyUserStore(), null!, null!, null!, null!, null!, null!, null!, NullLogger<UserManager<PreloadedUser>>.Instance)
{
    public override Task<PreloadedUser?> FindByIdAsync(string userId) => Task.FromResult<PreloadedUser?>(null);

    public override Task<PreloadedUser?> FindByPasskeyIdAsync(byte[] credentialId) => Task.FromResult<PreloadedUser?>(null);
}
