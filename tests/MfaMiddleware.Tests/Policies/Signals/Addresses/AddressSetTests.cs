using System.Buffers.Binary;
using System.Net;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Tests.Methods.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Addresses;

public sealed class AddressSetTests
{
    [Fact]
    public void RandomSets_SayWhatTheFrameworksNetworksSay()
    {
        var random = new Mutator(20_300_101);
        var hits = 0;
        for (var run = 0; run < 200; run++)
        {
            var isIPv6 = run % 2 == 1;
            var networks = Enumerable.Range(0, 1 + random.Next(40)).Select(_ => Network(random, isIPv6)).ToList();
            var set = new AddressSet(networks.Select(n => Parse(n.ToString())));
            for (var i = 0; i < 100; i++)
            {
                var address = i < networks.Count ? Edge(networks[i], random) : Address(random, isIPv6);
                var expected = networks.Where(n => n.Contains(address)).OrderBy(n => n.PrefixLength).Select(n => Parse(n.ToString())).ToList();

                Assert.Equal(expected.Count > 0, set.TryFind(address, out var found));
                if (expected.Count > 0) Assert.Equal(expected[0], found);
                if (!isIPv6) Assert.Equal(expected.Count > 0, set.TryFind(address.MapToIPv6(), out _));
                hits += Math.Min(1, expected.Count);
            }
        }

        // Neither all nor nothing: both answers were compared.
        Assert.InRange(hits, 4000, 16_000);
    }

    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("0.0.0.0/1 128.0.0.0/1", true)]
    [InlineData("::/1 8000::/2 c000::/2", true)]
    [InlineData("128.0.0.0/1 0.0.0.0/2 64.0.0.0/3 96.0.0.0/3 10.0.0.0/8", true)]
    [InlineData("128.0.0.0/1 0.0.0.0/2", false)]
    [InlineData("0.0.0.0/2 128.0.0.0/1", false)]
    [InlineData("255.255.255.255 0.0.0.0", false)]
    [InlineData("10.0.0.0/8 127.0.0.1 ::1 fc00::/7", false)]
    [InlineData("", false)]
    public void Everything_IsNoticedHoweverItIsCut(string networks, bool isEverything) =>
        Assert.Equal(isEverything, new AddressSet(networks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)).IsEverything);

    [Fact]
    public void AllOfIPv6_HoldsNoIPv4Address()
    {
        var set = new AddressSet([Parse("::/0")]);

        Assert.True(set.TryFind(IPAddress.Parse("2001:db8::1"), out _));
        Assert.False(set.TryFind(IPAddress.Parse("192.0.2.1"), out _));
        Assert.False(set.TryFind(IPAddress.Parse("::ffff:192.0.2.1"), out _));
    }

    [Fact]
    public void MillionEntries_AreSearchedWithoutAllocation()
    {
        var set = new AddressSet(Enumerable.Range(0, 1_000_000).Select(i => new AddressNetwork(new AddressBits(false, (uint)i * 16), 29)));
        var addresses = Enumerable.Range(0, 1000).Select(i => Address((uint)(i * 997 * 16) + (i % 2 == 0 ? 7u : 8u))).ToList();
        var hits = 0;

        var allocated = Allocations.LeastOf(() =>
        {
            hits = 0;
            foreach (var address in addresses) hits += set.TryFind(address, out _) ? 1 : 0;
        });

        Assert.Equal(0, allocated);
        Assert.Equal(500, hits);
        Assert.Equal(1_000_000, set.Count);
    }

    private static AddressNetwork Parse(string text)
    {
        Assert.Null(AddressNetwork.TryParse(text, out var network));
        return network;
    }

    private static IPNetwork Network(Mutator random, bool isIPv6)
    {
        var address = Address(random, isIPv6);
        var prefix = isIPv6 ? 24 + random.Next(105) : 8 + random.Next(25);
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    // Few different values, so that networks hold one another and addresses.
    private static IPAddress Address(Mutator random, bool isIPv6)
    {
        var bytes = new byte[isIPv6 ? 16 : 4];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(random.Next(3) switch { 0 => 0, 1 => 255, _ => random.Next(4) });
        bytes[0] = isIPv6 ? (byte)0x20 : bytes[0];
        return new IPAddress(bytes);
    }

    /// <summary>The first or last address of a network, or one beside them.</summary>
    private static IPAddress Edge(IPNetwork network, Mutator random)
    {
        var parsed = Parse(network.ToString());
        var value = (random.Next(2) == 0 ? parsed.First.Value : parsed.Last.Value) + (UInt128)random.Next(3) - 1;
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new IPAddress(parsed.First.IsIPv6 ? bytes : bytes[12..]);
    }

    private static IPAddress Address(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
