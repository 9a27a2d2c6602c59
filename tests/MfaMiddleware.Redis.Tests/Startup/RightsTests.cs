using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Startup;

/// <summary>The rights that docs/redis.md asks for are enough.</summary>
public sealed class RightsTests
{
    /// <summary>As in docs/redis.md, for the prefix <c>mfa</c>.</summary>
    public const string Rights = "~mfa:* +eval +evalsha +get +set +getrange +setrange +del +pexpire +time +@sortedset +ping +echo +info +role";

    [Fact]
    public async Task UserWithTheRightsOfTheGuide_DoesAllThatTheStoresDo()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.StartsWith("+OK", await server.CommandAsync(["ACL", "SETUSER", "default", "reset", "on", "nopass", .. Rights.Split(' ')]), StringComparison.Ordinal);

        await using var node = await RedisNode.StartAsync(server.Address);
        var session = await node.Sessions.AnsweringAsync();
        Assert.NotNull(await node.Sessions.RejectAsync(session.Id, session.Version, new byte[32], default));
        Assert.True(await node.Sessions.RemoveAsync(session.Id, default));
        Assert.Null(await node.Budgets.TryChargeAsync([new SendBudget("number", 1, TimeSpan.FromHours(1))], DateTimeOffset.UnixEpoch.AddYears(50), default));
        Assert.DoesNotContain(node.Logs.Lines, l => l.Contains("[40", StringComparison.Ordinal));
    }
}
