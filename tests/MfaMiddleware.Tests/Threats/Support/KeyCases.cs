using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>
/// Cases on one host that each change one thing of what a security key says. The same session then takes the unchanged one: so it was the
/// change alone that was refused, and the refusal cost an attempt and nothing else.
/// </summary>
internal sealed class KeyCases(TestHost host, MfaClient client)
{
    private int _users;

    /// <summary>Signs a new user in with this key for the first time.</summary>
    public async Task<string> EnrollAsync(SoftAuthenticator key)
    {
        var user = NewUser();
        Assert.Equal(200, (await FidoHost.EnrollAsync(client, key, user)).Status);
        return user;
    }

    public async Task AssertionIsRefusedAsync(string what, SoftAuthenticator key, string user, string reason, Action<SoftDraft> change)
    {
        var token = (await client.LoginAsync(user)).Token;
        var reply = await FidoHost.AnswerAsync(client, token, key.Get(await FidoHost.OptionsAsync(client, token), change));

        await IsRefusedAsync(what, reply, user, reason);
        Assert.Equal((what, 200), (what, (await FidoHost.AnswerAsync(client, reply.Token, key.Get(await FidoHost.OptionsAsync(client, reply.Token)))).Status));
    }

    /// <summary>Refuses a registration by a new user. Without a key that is right, nobody registers in the end.</summary>
    public async Task RegistrationIsRefusedAsync(string what, SoftAuthenticator key, string reason, Action<SoftDraft> change, bool isTakenUnchanged = true)
    {
        var user = NewUser();
        var reply = await FidoHost.EnrollOnAsync(client, (await client.LoginAsync(user)).Token, key, change);

        await IsRefusedAsync(what, reply, user, reason);
        if (isTakenUnchanged) Assert.Equal((what, 200), (what, (await FidoHost.EnrollOnAsync(client, reply.Token, key)).Status));
    }

    /// <summary>No exception was met on the way: each refusal was a decision.</summary>
    public void NothingFailed() => Assert.DoesNotContain(host.Logs.Lines, line =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));

    public string NewUser() => $"user{_users++}";

    private async Task IsRefusedAsync(string what, Reply reply, string user, string reason)
    {
        var reasons = string.Join(' ', host.Events.All.LastOrDefault(e => e.Name == MfaEventNames.AnswerRejected && e.Subject?.Id == user)?.Reasons ?? []);
        Assert.Equal((what, 401, "invalid_code", reason), (what, reply.Status, reply.Error, reasons));
        await Oracles.NobodyIsSignedInAsync(client, reply);
    }
}
