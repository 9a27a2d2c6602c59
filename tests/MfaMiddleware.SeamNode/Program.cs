using System.Globalization;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.SeamNode;

/// <summary>
/// A node in a process of its own, so that it can be killed or starved: MfaMiddleware.SeamNode, then the folder of its database and keys. Its first line of
/// output is its address; then each line of input is a command, answered by one line. Sign-ins that reach the place where it halts write "halted", and never end.
/// </summary>
internal static class Program
{
    // Nothing here awaits: the thread that reads the commands is none of the pool's.
    public static void Main(string[] args)
    {
        var seam = new Seam();
        var host = TestHost.StartAsync(options => Node.Configure(options, args[0], seam)).GetAwaiter().GetResult();
        using var starvation = new Starvation();
        Console.WriteLine(host.BaseAddress);

        while (Console.ReadLine()?.Split(' ') is { } words)
        {
            Console.WriteLine(words[0] switch
            {
                "pass" => Node.Pass(host, TimeSpan.FromSeconds(int.Parse(words[1], CultureInfo.InvariantCulture))),
                "halt" => seam.HaltAt(words[1]),
                "starve" => starvation.Begin(int.Parse(words[1], CultureInfo.InvariantCulture)),
                "feed" => starvation.End(),
                "count" => host.Events.Count(words[1]).ToString(CultureInfo.InvariantCulture),
                _ => "unknown",
            });
        }

        host.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
