using System.Text.Json.Nodes;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>Signs new users in for the first time, each with a device.</summary>
internal sealed class Enrolment(IReadOnlyList<MfaClient> nodes) : IDisposable
{
    // A site that has just started must not be overrun by newcomers: that is not what is tried.
    private readonly SemaphoreSlim _turns = new(12);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public void Dispose() => _turns.Dispose();

    public async Task<TokenBook> TokenAsync(string user)
    {
        var started = await EnrolAsync(user, "hotp", enrollment => HotpDevice.Of(enrollment).CodeAt(0));
        return new TokenBook(user, HotpDevice.Of(started["enrollment"]));
    }

    /// <summary>With the code of the step before, so that the present one is free.</summary>
    public async Task<(TotpDevice Device, PhoneBook Book)> PhoneAsync(string user)
    {
        var started = await EnrolAsync(user, "totp", enrollment => DeviceOf(enrollment).Code(-1));
        var device = DeviceOf(started["enrollment"]!);
        return (device, new PhoneBook(user, device, [.. started["recovery_codes"]!.AsArray().Select(code => (string)code!)]));
    }

    private static TotpDevice DeviceOf(JsonNode enrollment) => new((string)enrollment["id"]!, (string)enrollment["secret"]!, TimeProvider.System);

    private async Task<JsonObject> EnrolAsync(string user, string method, Func<JsonNode, string> code)
    {
        await _turns.WaitAsync();
        try
        {
            JsonObject? started = null;
            // A node may not have found its Redis yet, and the step before may end while its code is under way.
            for (var began = TimeProvider.System.GetTimestamp(); ; await Pause.ShortAsync())
            {
                var node = nodes[_turns.CurrentCount % nodes.Count];
                var challenge = await node.LoginAsync(user);
                // The factor is stored before the sign-in is over, which a fault may have ended.
                if (started is not null && challenge.Status == 200 && challenge.Json["methods"]!.AsArray().Count > 0) return started;
                var start = challenge.Status == 200 ? await node.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method }) : challenge;
                if (start.Status == 200)
                {
                    started = start.Json;
                    var enrollment = started["enrollment"]!;
                    var done = await node.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = (string)enrollment["id"]!, code = code(enrollment) });
                    if (done.Status == 200) return started;
                }

                if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new TimeoutException($"{user} was never enrolled: {start.Status} {start.Body}");
            }
        }
        finally
        {
            _turns.Release();
        }
    }
}
