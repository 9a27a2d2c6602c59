using MfaMiddleware.FaultNode;
using MfaMiddleware.TestKit.Hosting;

// One node of a site: MfaMiddleware.FaultNode <folder of the key ring> <sqlite|postgresql> <connection string> [<Redis>], and further settings of Mfa as Name=Value.
// The line of output says where it listens. The end of its input ends it, so that no node outlives its test.
await using var host = await TestHost.StartAsync(options => NodeOptions.Apply(options, args));
Console.WriteLine(host.LoopbackAddress);
await Console.In.ReadToEndAsync();
