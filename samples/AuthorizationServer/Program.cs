using System.Text.Json;
using System.Text.Json.Serialization;
using AuthorizationServer.Authorize;
using AuthorizationServer.Backend;
using AuthorizationServer.Clients;
using AuthorizationServer.Codes;
using AuthorizationServer.Issuing;
using AuthorizationServer.Metadata;
using AuthorizationServer.Storage;
using AuthorizationServer.Tokens;
using AuthorizationServer.Users;
using MfaMiddleware.Methods.Sms.Senders;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var data = Directory.CreateDirectory(
    Path.Combine(builder.Environment.ContentRootPath, builder.Configuration["DataDirectory"] ?? "App_Data"));

builder.Services.AddDbContext<ServerDb>(options =>
    options.UseSqlite($"Data Source={Path.Combine(data.FullName, "server.db")}"));
builder.Services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
builder.Services.AddScoped<UserDirectory>();

builder.Services.AddDataProtection()
    .SetApplicationName("AuthorizationServer")
    .PersistKeysToFileSystem(data.CreateSubdirectory("keys"));

// The authorization server: a cookie for the user's browser, and a scheme whose sign-ins end in codes and tokens.
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(options => options.LoginPath = "/login")
    .AddScheme<AuthenticationSchemeOptions, OAuthHandler>(OAuthHandler.Scheme, displayName: null, configureOptions: null);
builder.Services.AddSingleton(services => SigningKey.LoadOrCreate(
    Path.Combine(data.FullName, "signing.key"), services.GetRequiredService<IDataProtectionProvider>()));
builder.Services.AddSingleton(TimeProvider.System).AddSingleton<ClientRegistry>().AddSingleton<Issuer>();
builder.Services.AddSingleton<AuthorizationRequestReader>().AddSingleton<AuthorizationErrorWriter>();
builder.Services.AddScoped<GrantStore>().AddScoped<CodeStore>().AddScoped<RefreshTokenStore>().AddScoped<TokenIssuer>();
builder.Services.AddScoped<AuthorizeEndpoint>().AddScoped<TokenEndpoint>().AddScoped<UserInfoEndpoint>();
builder.Services.AddScoped<LoginEndpoint>().AddScoped<BackendAuthorizeEndpoint>().AddScoped<SecondFactorStep>();
builder.Services.AddAuthorization();
builder.Services.AddRazorPages();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
    options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
});

// MFA, in front of both.
builder.Services.AddMfa()
    .AddEntityFrameworkStores(options => options.UseSqlite(
        builder.Configuration.GetConnectionString("Mfa") ?? $"Data Source={Path.Combine(data.FullName, "mfa.db")}"))
    .AddEntityFrameworkPendingSessions()
    .AddUI();
builder.Services.AddHealthChecks().AddMfa();

var app = builder.Build();

await app.CreateDatabaseAsync();

app.Use((context, next) =>
{
    // Nobody frames the sign-in (RFC 9700 section 4.16), and no address with a code or a state leaks from it.
    context.Response.Headers.XFrameOptions = "DENY";
    context.Response.Headers["Referrer-Policy"] = "no-referrer";
    return next();
});
app.UseStaticFiles();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.MapRazorPages();
app.MapMetadata();
app.MapGet("/authorize", (AuthorizeEndpoint endpoint, HttpContext context) => endpoint.HandleAsync(context));
app.MapPost("/token", (TokenEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) => endpoint.HandleAsync(context, cancellationToken));
app.MapGet("/userinfo", (UserInfoEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) => endpoint.HandleAsync(context, cancellationToken));
app.MapBackend();
app.MapHealthChecks("/healthz").AllowAnonymous();
app.MapMfa();

// The text messages that a real server would have sent: everybody's codes, so nowhere but here.
if (app.Environment.IsDevelopment())
    app.MapGet("/dev/outbox", (SmsOutbox outbox) => outbox.Messages);

app.Run();
