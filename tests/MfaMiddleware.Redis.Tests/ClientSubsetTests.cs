using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MfaMiddleware.Redis.Connection;
using Xunit;

namespace MfaMiddleware.Redis.Tests;

/// <summary>
/// What the package uses of StackExchange.Redis: no more than what the lines 1.x, 2.x and 3.x have with the same meaning, so that raising the central version needs no
/// change of a source. A member that is added here was tried with the newest version before.
/// </summary>
public sealed class ClientSubsetTests
{
    private static readonly string[] Subset =
    [
        "CommandMap.Create",
        "CommandMap.get_Sentinel",
        "ConfigurationOptions.Clone",
        "ConfigurationOptions.Parse",
        "ConfigurationOptions.get_EndPoints",
        "ConfigurationOptions.get_ServiceName",
        "ConfigurationOptions.set_AbortOnConnectFail",
        "ConfigurationOptions.set_CommandMap",
        "ConfigurationOptions.set_Password",
        "ConfigurationOptions.set_ServiceName",
        "ConfigurationOptions.set_TieBreaker",
        "ConnectionFailedEventArgs.get_FailureType",
        "ConnectionMultiplexer.ConnectAsync",
        "ConnectionMultiplexer.Dispose",
        "ConnectionMultiplexer.GetDatabase",
        "ConnectionMultiplexer.GetEndPoints",
        "ConnectionMultiplexer.GetServer",
        "IConnectionMultiplexer.ConfigureAsync",
        "IConnectionMultiplexer.GetDatabase",
        "IConnectionMultiplexer.add_ConnectionFailed",
        "IConnectionMultiplexer.add_ConnectionRestored",
        "IDatabaseAsync.ExecuteAsync",
        "IDatabaseAsync.ScriptEvaluateAsync",
        "IServer.SentinelGetMasterAddressByNameAsync",
        "RedisKey.op_Implicit",
        "RedisResult.get_IsNull",
        "RedisResult.op_Explicit",
        "RedisValue.op_Implicit",
    ];

    [Fact]
    public void Package_UsesOnlyWhatEachLineOfTheClientHas()
    {
        using var file = new PEReader(File.OpenRead(typeof(RedisCaller).Assembly.Location));
        var reader = file.GetMetadataReader();

        var used = reader.MemberReferences.Select(reader.GetMemberReference).Select(m => NameOf(reader, m)).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Empty(used.Except(Subset));
        // A name that nobody uses any more would let it come back untried.
        Assert.Empty(Subset.Except(used));
    }

    /// <returns>Null for a member that is not the client's.</returns>
    private static string? NameOf(MetadataReader reader, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference) return null;
        var type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
        return reader.GetString(type.Namespace) == "StackExchange.Redis" ? $"{reader.GetString(type.Name)}.{reader.GetString(member.Name)}" : null;
    }
}
