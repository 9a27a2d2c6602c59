using System.Globalization;
using MfaMiddleware;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.StoreRacer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// One process of a race: MfaMiddleware.StoreRacer <sqlite|postgresql> <connection string> <name>. Each line of input is a claim, "<verb> <subject> <UTC ticks>"; it
// is made at that moment, and the line of output says whether it was won. A claim that throws ends the process: no line, no wrong answer.
var builder = Host.CreateEmptyApplicationBuilder(new());
new MfaBuilder(builder.Services).AddEntityFrameworkStores(o => _ = args[0] == "sqlite" ? o.UseSqlite(args[1]) : o.UseNpgsql(args[1])).AddEntityFrameworkPendingSessions();
using var host = builder.Build();
await host.StartAsync();
var claims = new Claims(host.Services.GetRequiredService<IMfaFactorStore>(), host.Services.GetRequiredService<IPendingSessionStore>(), args[2]);
await claims.MakeAsync("use", "nobody");
Console.WriteLine("ready");

while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    var start = long.Parse(words[2], CultureInfo.InvariantCulture);
    // Both processes spin to one moment: a wake-up by the pipe alone would let one of them win most rounds unopposed.
    while (TimeProvider.System.GetUtcNow().UtcTicks < start) Thread.SpinWait(20);
    Console.WriteLine(await claims.MakeAsync(words[0], words[1]) ? "won" : "lost");
}

await host.StopAsync();
