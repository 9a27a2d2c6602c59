using MfaMiddleware.Policies.Signals.Addresses;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Addresses;

public sealed class AddressNetworkTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.0/24", "192.0.2.0/24", "192.0.2.255")]
    [InlineData("192.0.2.7/32", "192.0.2.7", "192.0.2.7")]
    [InlineData("128.0.0.0/1", "128.0.0.0/1", "255.255.255.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255")]
    [InlineData("2001:DB8::/32", "2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8:0:0::1", "2001:db8::1", "2001:db8::1")]
    [InlineData("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.0/24", "192.0.2.255")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0", "255.255.255.255")]
    [InlineData("::ffff:c000:207", "192.0.2.7", "192.0.2.7")]
    public void Network_IsReadAndWritten(string text, string canonical, string last)
    {
        Assert.Null(AddressNetwork.TryParse(text, out var network));

        Assert.Equal(canonical, network.ToString());
        Assert.Equal(last, network.Last.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.0.0")]
    [InlineData("192.0.2.256")]
    [InlineData("192.0.2.-1")]
    [InlineData("192.0.2. 1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("3221225985")]
    [InlineData("/24")]
    [InlineData("192.0.2.0-192.0.2.9")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("192.0.2.1:443")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::g")]
    public void TextThatIsNoAddress_IsRefused(string text) =>
        Assert.Equal("it must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32.", AddressNetwork.TryParse(text, out _));

    [Theory]
    [InlineData("192.0.2.0/33", "the prefix must be 0 to 32.")]
    [InlineData("192.0.2.0/", "the prefix must be 0 to 32.")]
    [InlineData("192.0.2.0/-1", "the prefix must be 0 to 32.")]
    [InlineData("192.0.2.0/+8", "the prefix must be 0 to 32.")]
    [InlineData("192.0.2.0/24/24", "the prefix must be 0 to 32.")]
    [InlineData("192.0.2.0/255.255.255.0", "the prefix must be 0 to 32.")]
    [InlineData("2001:db8::/129", "the prefix must be 0 to 128.")]
    [InlineData("::ffff:192.0.2.0/24", "the prefix must be 96 to 128.")]
    [InlineData("192.0.2.7/24", "the address has bits beyond the prefix; the network would be 192.0.2.0/24.")]
    [InlineData("10.0.0.0/0", "the address has bits beyond the prefix; the network would be 0.0.0.0/0.")]
    [InlineData("2001:db8::1/64", "the address has bits beyond the prefix; the network would be 2001:db8::/64.")]
    public void PrefixThatCantBe_IsRefused(string text, string problem) => Assert.Equal(problem, AddressNetwork.TryParse(text, out _));
}
