using System.Formats.Asn1;
using MfaMiddleware.Methods.Fido.Attestation;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class AndroidKeyDescriptionTests
{
    private static readonly (int? Origin, int[]? Purposes, bool AllApplications) Nothing = (null, null, false);

    [Fact]
    public void KeyMadeForSigningInHardware_IsHardwareSigning()
    {
        var description = Read(Nothing, (0, [2], false));

        Assert.True(description.IsHardwareSigning);
        Assert.False(description.IsForOtherUse);
        Assert.False(description.IsForAllApplications);
        Assert.Equal([1, 2, 3], description.Challenge);
    }

    [Fact]
    public void KeyMadeForSigningInSoftware_IsNotHardwareSigning()
    {
        Assert.False(Read((0, [2], false), Nothing).IsHardwareSigning);
        Assert.False(Read((0, null, false), (null, [2], false)).IsHardwareSigning);
        Assert.False(Read((0, [2], false), Nothing).IsForOtherUse);
    }

    [Fact]
    public void ImportedKey_OrOneForMoreThanSigning_IsForOtherUse()
    {
        Assert.True(Read(Nothing, (2, [2], false)).IsForOtherUse);
        Assert.True(Read(Nothing, (0, [2, 3], false)).IsForOtherUse);
        Assert.True(Read(Nothing, (0, [], false)).IsForOtherUse);
        Assert.True(Read((1, null, false), (0, [2], false)).IsForOtherUse);
    }

    [Fact]
    public void KeyOfAllApplications_IsFoundInEitherList()
    {
        Assert.True(Read((null, null, true), (0, [2], false)).IsForAllApplications);
        Assert.True(Read(Nothing, (0, [2], true)).IsForAllApplications);
    }

    [Fact]
    public void SomethingElse_IsUnreadable()
    {
        Assert.Throws<AsnContentException>(() => AndroidKeyDescription.Read(new byte[] { 0x30, 0x00 }));
        Assert.Throws<AsnContentException>(() => AndroidKeyDescription.Read(Array.Empty<byte>()));
    }

    private static AndroidKeyDescription Read((int? Origin, int[]? Purposes, bool AllApplications) software, (int? Origin, int[]? Purposes, bool AllApplications) hardware)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(200);
            writer.WriteEncodedValue([0x0A, 0x01, 0x01]);
            writer.WriteInteger(200);
            writer.WriteEncodedValue([0x0A, 0x01, 0x01]);
            writer.WriteOctetString([1, 2, 3]);
            writer.WriteOctetString([]);
            Write(writer, software);
            Write(writer, hardware);
        }

        return AndroidKeyDescription.Read(writer.Encode());
    }

    private static void Write(AsnWriter writer, (int? Origin, int[]? Purposes, bool AllApplications) list)
    {
        using (writer.PushSequence())
        {
            if (list.Purposes is { } purposes) WritePurposes(writer, purposes);
            using (writer.PushSequence(Tag(503))) writer.WriteNull();
            if (list.AllApplications)
            {
                using (writer.PushSequence(Tag(600))) writer.WriteNull();
            }

            if (list.Origin is not { } origin) return;
            using (writer.PushSequence(Tag(702))) writer.WriteInteger(origin);
        }
    }

    private static void WritePurposes(AsnWriter writer, int[] purposes)
    {
        using (writer.PushSequence(Tag(1)))
        using (writer.PushSetOf())
        {
            foreach (var purpose in purposes) writer.WriteInteger(purpose);
        }
    }

    private static Asn1Tag Tag(int value) => new(TagClass.ContextSpecific, value, isConstructed: true);
}
