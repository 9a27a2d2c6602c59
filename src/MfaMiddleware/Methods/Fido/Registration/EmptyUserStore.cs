using Microsoft.AspNetCore.Identity;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>The framework's base class wants a store; a call of it would be a change of the framework, and fails.</summary>
internal sealed class EmptyUserStore : IUserStore<PreloadedUser>
{
    public Task<string> GetUserIdAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task<string?> GetUserNameAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task SetUserNameAsync(PreloadedUser user, string? userName, CancellationToken cancellationToken) => throw Unexpected();

    public Task<string?> GetNormalizedUserNameAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task SetNormalizedUserNameAsync(PreloadedUser user, string? normalizedName, CancellationToken cancellationToken) => throw Unexpected();

    public Task<IdentityResult> CreateAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task<IdentityResult> UpdateAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task<IdentityResult> DeleteAsync(PreloadedUser user, CancellationToken cancellationToken) => throw Unexpected();

    public Task<PreloadedUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => throw Unexpected();

    public Task<PreloadedUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw Unexpected();

    public void Dispose()
    {
    }

    private static NotSupportedException Unexpected() => new("No store stands behind the registration of a key.");
}
