using Xunit;
using Xunit.Sdk;

namespace MfaMiddleware.EndToEnd.Tests;

public sealed class OathtoolTests
{
    // RFC 6238, appendix B: the SHA-1 key, of which the six last digits of each code are given here
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(20000000000, "353130")]
    public async Task TimeOfTheRfc_GivesTheCodeOfTheRfc(long seconds, string code) =>
        Assert.Equal(code, await Oathtool.CodeAtAsync(Secret, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Fact]
    public async Task SecretThatIsNotBase32_IsAnError() =>
        await Assert.ThrowsAnyAsync<XunitException>(() => Oathtool.CodeAtAsync("1!", DateTimeOffset.UnixEpoch));
}
