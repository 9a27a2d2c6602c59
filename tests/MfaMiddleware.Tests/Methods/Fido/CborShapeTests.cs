using MfaMiddleware.Methods.Fido.Messages;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class CborShapeTests
{
    [Theory]
    [InlineData("00", 1)]
    [InlineData("1818", 2)]
    [InlineData("190100", 3)]
    [InlineData("1A00010000", 5)]
    [InlineData("1BFFFFFFFFFFFFFFFF", 9)]
    [InlineData("3BFFFFFFFFFFFFFFFF", 9)]
    [InlineData("40", 1)]
    [InlineData("43010203", 4)]
    [InlineData("6161", 2)]
    [InlineData("80", 1)]
    [InlineData("820102", 3)]
    [InlineData("A0", 1)]
    [InlineData("A10102FFFF", 3)]
    [InlineData("83F4F5F6", 4)]
    [InlineData("8181818181818100", 8)]
    public void Item_IsMeasured(string hex, int length) => Assert.Equal(length, CborShape.Measure(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("1817")] // longer than needed
    [InlineData("1900FF")]
    [InlineData("1A0000FFFF")]
    [InlineData("1B00000000FFFFFFFF")]
    [InlineData("5801FF")]
    [InlineData("18")] // cut
    [InlineData("4301")]
    [InlineData("8201")]
    [InlineData("A101")]
    [InlineData("5F42010243030405FF")] // indefinite
    [InlineData("7FFF")]
    [InlineData("9FFF")]
    [InlineData("BFFF")]
    [InlineData("FF")]
    [InlineData("5B8000000000000000")] // lengths beyond all there is
    [InlineData("9B7FFFFFFFFFFFFFFF")]
    [InlineData("BB8000000000000000")]
    [InlineData("BAFFFFFFFF00")]
    [InlineData("C000")] // a tag
    [InlineData("F7")] // undefined, and floats
    [InlineData("F818")]
    [InlineData("F90000")]
    [InlineData("FB0000000000000000")]
    [InlineData("1C")] // reserved
    [InlineData("81818181818181818100")] // too deep
    public void OtherShape_IsNotMeasured(string hex) => Assert.Equal(-1, CborShape.Measure(Convert.FromHexString(hex)));

    [Fact]
    public void DepthBomb_IsNotMeasured() => Assert.Equal(-1, CborShape.Measure(Enumerable.Repeat((byte)0x81, 1_000_000).ToArray()));
}
