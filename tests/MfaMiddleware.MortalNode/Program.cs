using System.Globalization;
using MfaMiddleware.MortalNode;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

// A node that ends itself at a write: MfaMiddleware.MortalNode <sqlite|postgresql> <connection string> <folder of the keys> <UTC ticks>. It says its address, and
// serves until its input ends, or until the answer to a challenge comes to the moment that the environment's MFA_DIE_AT names, counted from 1.
var death = new Death(int.Parse(Environment.GetEnvironmentVariable("MFA_DIE_AT") ?? "0", CultureInfo.InvariantCulture));
await using var host = await TestHost.StartAsync(options =>
{
    options.Clock = new FakeClock(new DateTimeOffset(long.Parse(args[3], CultureInfo.InvariantCulture), TimeSpan.Zero));
    options.InMemoryFactorStore = false;
    options.Settings["StoreTimeout"] = "00:01:00";
    options.ServicesBefore = services => services.AddSingleton(DataProtectionProvider.Create(new DirectoryInfo(args[2])));
    options.Mfa = mfa => mfa
        .AddEntityFrameworkStores(db => _ = (args[0] == "sqlite" ? db.UseSqlite(args[1]) : db.UseNpgsql(args[1])).AddInterceptors(death))
        .AddEntityFrameworkPendingSessions();
    options.Pipeline = app => app.Use((context, next) =>
    {
        if (context.Request.Path == "/mfa") death.Arm();
        return next(context);
    });
});
Console.WriteLine(host.BaseAddress);
Console.ReadLine();
