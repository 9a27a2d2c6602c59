using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.Tests.PendingSessions;

public sealed class PackedBytesTests
{
    private static readonly byte[] Claims = [2, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i => $"http://schemas.example.com/claims/role=Role{i};")))];

    [Fact]
    public void TextOfATicket_IsShorterAndComesBack()
    {
        var packed = PackedBytes.Pack(Claims);

        Assert.InRange(packed.Length, 1, Claims.Length / 2);
        Assert.Equal(Claims, PackedBytes.Unpack(packed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    public void BytesThatCannotBeShorter_StayAsTheyAre(int length)
    {
        byte[] bytes = [2, .. RandomNumberGenerator.GetBytes(length)];

        Assert.Equal(bytes, PackedBytes.Pack(bytes));
        Assert.Equal(bytes, PackedBytes.Unpack(bytes));
    }

    [Fact]
    public void PackedBytes_CutOrChanged_AreNothing()
    {
        var packed = PackedBytes.Pack(Claims);

        for (var length = 1; length < packed.Length; length++) Assert.Null(PackedBytes.Unpack(packed[..length]));
        foreach (var other in (byte[])[0, 255]) Assert.Null(PackedBytes.Unpack([packed[0], other, .. packed[2..]]));
        Assert.Null(PackedBytes.Unpack([3, 255, 255, 255, 255, .. packed[5..]]));
    }
}
