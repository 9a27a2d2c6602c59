using System.Security.Claims;
using AdoptionApp;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddSingleton<Accounts>();
builder.Services.AddAuthentication("session")
    .AddCookie("session", options => options.LoginPath = "/login")
    .AddBearerToken();
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("signed-in", policy => policy
        .AddAuthenticationSchemes("session", BearerTokenDefaults.AuthenticationScheme)
        .RequireAuthenticatedUser());
builder.Services.AddAntiforgery();

var app = builder.Build();

app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();

app.MapGet("/login", (HttpContext context, IAntiforgery antiforgery) =>
    Pages.Login(antiforgery.GetAndStoreTokens(context)));

app.MapPost("/login", async (HttpContext context, Accounts accounts, [FromForm] string user, [FromForm] string password) =>
{
    if (accounts.Check(user, password) is not { } account)
        return Results.Redirect("/login");

    await context.SignInAsync(account.ToPrincipal("session"), new AuthenticationProperties { IsPersistent = true });
    return Results.Redirect("/private");
});

app.MapPost("/logout", () => Results.SignOut(new() { RedirectUri = "/login" }, ["session"]));

app.MapPost("/api/login", (Accounts accounts, Credentials credentials) =>
    accounts.Check(credentials.User, credentials.Password) is { } account
        ? Results.SignIn(account.ToPrincipal("session"), authenticationScheme: "session")
        : Results.Unauthorized());

app.MapPost("/api/token", (Accounts accounts, Credentials credentials) =>
    accounts.Check(credentials.User, credentials.Password) is { } account
        ? Results.SignIn(account.ToPrincipal("bearer"), authenticationScheme: BearerTokenDefaults.AuthenticationScheme)
        : Results.Unauthorized());

app.MapGet("/private", (ClaimsPrincipal user) => Pages.Private(user)).RequireAuthorization();

app.MapGet("/api/whoami", (ClaimsPrincipal user) => user.Claims.Select(claim => new { claim.Type, claim.Value }))
    .RequireAuthorization("signed-in");

app.Run();
