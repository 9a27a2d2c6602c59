using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace AdoptionApp;

internal static class Pages
{
    public static IResult Login(AntiforgeryTokenSet tokens) => Html($"""
        <!DOCTYPE html>
        <html lang="en">
        <head><title>Sign in</title></head>
        <body>
          <form method="post" action="/login">
            <input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">
            <label>User <input name="user" autocomplete="username"></label>
            <label>Password <input name="password" type="password" autocomplete="current-password"></label>
            <button>Sign in</button>
          </form>
        </body>
        </html>
        """);

    public static IResult Private(ClaimsPrincipal user) => Html($"""
        <!DOCTYPE html>
        <html lang="en">
        <head><title>Private</title></head>
        <body><h1>Hello, {HtmlEncoder.Default.Encode(user.Identity?.Name ?? "")}</h1></body>
        </html>
        """);

    private static IResult Html(string page) => Results.Content(page, "text/html; charset=utf-8");
}
