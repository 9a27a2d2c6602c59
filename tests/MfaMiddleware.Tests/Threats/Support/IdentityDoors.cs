using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>Ways in that ask for no password: each wants the token that was sent to the user, and signs in.</summary>
internal static class IdentityDoors
{
    public static void Map(WebApplication app) => app.MapMethods("/doors/{door}", ["GET", "POST"], async (string door, string email, string token, SignInManager<IdentityUser> signIns) =>
    {
        var user = await signIns.UserManager.FindByEmailAsync(email);
        if (!await IsRightAsync(signIns.UserManager, user!, door, token)) return Results.StatusCode(400);
        if (door == "device-code") signIns.AuthenticationScheme = IdentityConstants.BearerScheme;
        await signIns.SignInAsync(user!, isPersistent: door is "magic-link" or "qr-login");
        return door is "confirm-email" or "magic-link" ? Results.Redirect("/home") : Results.Empty;
    });

    /// <summary>The address that the user got by mail, or the app that the user holds sends.</summary>
    public static async Task<string> LinkAsync(TestHost host, string door, string email)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        var user = (await users.FindByEmailAsync(email))!;
        var token = door switch
        {
            "reset-password" => await users.GeneratePasswordResetTokenAsync(user),
            "confirm-email" => await users.GenerateEmailConfirmationTokenAsync(user),
            _ => await users.GenerateUserTokenAsync(user, TokenOptions.DefaultProvider, door),
        };
        return $"/doors/{door}?email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}";
    }

    private static async Task<bool> IsRightAsync(UserManager<IdentityUser> users, IdentityUser user, string door, string token) => door switch
    {
        "reset-password" => (await users.ResetPasswordAsync(user, token, "Another-pass-1")).Succeeded,
        "confirm-email" => (await users.ConfirmEmailAsync(user, token)).Succeeded,
        _ => await users.VerifyUserTokenAsync(user, TokenOptions.DefaultProvider, door, token),
    };
}
