using MfaMiddleware.Methods.Fido.Keys;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class EcdsaDerTests
{
    private const string R32 = "0220" + "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    private const string R33 = "022100" + "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";

    [Theory]
    [InlineData("3006020101020101", 256)]
    [InlineData("3044" + R32 + R32, 256)]
    [InlineData("3046" + R33 + R33, 256)]
    public void StrictForms_AreTaken(string hex, int bits) => Assert.True(EcdsaDer.IsStrict(Convert.FromHexString(hex), bits));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3000")]
    [InlineData("3106020101020101")] // another tag
    [InlineData("3006020101030101")]
    [InlineData("3007020101020101")] // lengths that lie
    [InlineData("3005020101020101")]
    [InlineData("300602010102010100")] // bytes behind
    [InlineData("3009020101020101020101")] // a third number
    [InlineData("3003020101")] // one number
    [InlineData("3006020100020101")] // zero
    [InlineData("3006020101020100")]
    [InlineData("3006020180020101")] // negative
    [InlineData("300702020001020101")] // a zero more than needed
    [InlineData("30050200020101")] // empty
    [InlineData("308106020101020101")] // a length longer than needed
    [InlineData("30820006020101020101")]
    [InlineData("3080020101020101")] // indefinite
    [InlineData("3047022201" + "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" + R32)] // longer than the field
    public void OtherForms_AreRefused(string hex) => Assert.False(EcdsaDer.IsStrict(Convert.FromHexString(hex), 256));
}
