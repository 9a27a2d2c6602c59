using FsCheck;
using FsCheck.Fluent;
using MfaMiddleware.Methods;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

public sealed class Base32Tests
{
    /// <summary>RFC 4648 section 10.</summary>
    public static TheoryData<string, string> Vectors => new()
    {
        { "", "" },
        { "f", "MY======" },
        { "fo", "MZXQ====" },
        { "foo", "MZXW6===" },
        { "foob", "MZXW6YQ=" },
        { "fooba", "MZXW6YTB" },
        { "foobar", "MZXW6YTBOI======" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Rfc4648Vector_IsEncodedWithoutPadding(string text, string encoded) =>
        Assert.Equal(encoded.TrimEnd('='), Base32.Encode(System.Text.Encoding.ASCII.GetBytes(text)));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Rfc4648Vector_IsDecoded(string text, string encoded) =>
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(Base32.Decode(encoded)));

    [Theory]
    [InlineData("mzxw6ytboi")]
    [InlineData("MZXW 6YTB OI")]
    [InlineData(" mzxw 6ytb oi== ==== ")]
    public void CaseSpacesAndPadding_AreIgnored(string encoded) => Assert.Equal("foobar"u8.ToArray(), Base32.Decode(encoded));

    [Theory]
    [InlineData("M")]
    [InlineData("A")]
    [InlineData("AAA")]
    [InlineData("MZX")]
    [InlineData("MZXW6Y")]
    [InlineData("MZ")]
    [InlineData("MY=MY")]
    [InlineData("M0")]
    [InlineData("M1")]
    [InlineData("M8")]
    [InlineData("M-Y")]
    [InlineData("ＭＹ")]
    public void WhatNoEncoderWrites_IsRefused(string encoded) => Assert.Throws<FormatException>(() => Base32.Decode(encoded));

    [Fact]
    public void AnyBytes_ComeBack() =>
        Prop.ForAll<byte[]>(bytes => Base32.Decode(Base32.Encode(bytes)).AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();
}
