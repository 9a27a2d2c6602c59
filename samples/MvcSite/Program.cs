using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MvcSite.Decisions;
using MvcSite.Notices;
using MvcSite.Storage;
using MvcSite.Users;

var builder = WebApplication.CreateBuilder(args);
var data = Directory.CreateDirectory(
    Path.Combine(builder.Environment.ContentRootPath, builder.Configuration["DataDirectory"] ?? "App_Data"));

builder.Services.AddDbContext<SiteDb>(options =>
    options.UseSqlite($"Data Source={Path.Combine(data.FullName, "site.db")}"));
builder.Services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
builder.Services.AddScoped<UserDirectory>();

builder.Services.AddDataProtection()
    .SetApplicationName("MvcSite")
    .PersistKeysToFileSystem(data.CreateSubdirectory("keys"));

builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(options => (options.LoginPath, options.AccessDeniedPath) = ("/account/login", "/account/denied"))
    .AddBearerToken();
builder.Services.AddAuthorizationBuilder().AddPolicy("MfaAdmin", policy => policy.RequireRole("Admin"));
builder.Services.AddControllersWithViews();

builder.Services.AddSingleton<Mailbox>();
builder.Services.AddSingleton<DecisionLog>();
builder.Services.AddSingleton<IMfaEventSink>(services => services.GetRequiredService<DecisionLog>());
builder.Services.AddMfa()
    .AddMfaDatabase(builder.Configuration, data.FullName)
    .AddMfaRedis(builder.Configuration)
    .AddNotifier<OwnerMail>()
    .AddUI();
builder.Services.AddHealthChecks().AddMfa();

var app = builder.Build();

await app.CreateDatabaseAsync();

if (!app.Environment.IsDevelopment())
    app.UseExceptionHandler("/error");

app.UseRequestLocalization("en", "de");
app.UseStaticFiles();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.MapHealthChecks("/healthz").AllowAnonymous();
app.MapMfa();
app.MapMfaAdmin("MfaAdmin").RequireMfa(TimeSpan.FromMinutes(15));

if (await app.RunMfaCommandAsync(args)) return;
app.Run();
