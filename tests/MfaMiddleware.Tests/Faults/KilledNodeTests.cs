using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

public sealed class KilledNodeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-killed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("mark")]
    [InlineData("issue")]
    public async Task C02_NodeThatIsKilledBetweenVerifyAndIssue_HasForgottenThePendingSignInsAndNotTheUsedCodes(string halt)
    {
        NodeUser user;
        Reply byApp, byRecoveryCode, untouched;
        await using (var node = await NodeProcess.StartAsync(_folder.FullName))
        {
            using var client = node.Client();
            user = await NodeUser.EnrollAsync(node, client, "alice");
            (byApp, byRecoveryCode, untouched) = (await client.LoginAsync("alice"), await client.LoginAsync("alice"), await client.LoginAsync("alice"));
            Assert.Equal("halting", await node.SayAsync("halt " + halt));

            Task<Reply>[] answers = [client.AnswerAsync(byApp.Token, user.Device.Code()), client.AnswerAsync(byRecoveryCode.Token, user.RecoveryCodes[0])];
            Assert.Equal(["halted", "halted"], [await node.ReadAsync(), await node.ReadAsync()]);
            await node.KillAsync();

            // Nobody was signed in: there was no answer.
            foreach (var answer in answers) await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        }

        await using var restarted = await NodeProcess.StartAsync(_folder.FullName);
        await restarted.SayAsync("pass 30");
        using var again = restarted.Client();

        Oracles.IsInvalidToken(await again.AnswerAsync(byApp.Token, user.Device.Code()));
        Oracles.IsInvalidToken(await again.AnswerAsync(byRecoveryCode.Token, user.RecoveryCodes[0]));
        Oracles.IsInvalidToken(await again.AnswerAsync(untouched.Token, user.Device.Code()));
        var used = await again.AnswerAsync((await again.LoginAsync("alice")).Token, user.Device.Code());
        Assert.Equal((401, "invalid_code"), (used.Status, used.Error));
        used = await again.AnswerAsync(used.Token, user.RecoveryCodes[0]);
        Assert.Equal((401, "invalid_code"), (used.Status, used.Error));

        await user.PassStepAsync(restarted);
        var signedIn = await again.AnswerAsync(used.Token, user.Device.Code());
        Assert.Equal(200, signedIn.Status);
        Assert.NotNull(await again.MeAsync(signedIn.CookieHeader));
        Assert.Equal(200, (await again.AnswerAsync((await again.LoginAsync("alice")).Token, user.RecoveryCodes[1])).Status);
    }
}
