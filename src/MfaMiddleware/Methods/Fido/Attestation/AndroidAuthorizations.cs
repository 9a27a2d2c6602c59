using System.Formats.Asn1;
using System.Numerics;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>An AuthorizationList of Android's key description: of its many members those that WebAuthn asks about.</summary>
internal sealed class AndroidAuthorizations
{
    private const int PurposeTag = 1;
    private const int AllApplicationsTag = 600;
    private const int OriginTag = 702;

    private static readonly BigInteger Generated = 0;
    private static readonly BigInteger Sign = 2;

    private List<BigInteger>? _purposes;
    private BigInteger? _origin;

    public bool AllApplications { get; private set; }

    public bool IsGenerated => _origin == Generated;

    public bool IsForSigning => _purposes is [var purpose] && purpose == Sign;

    /// <summary>Whether an origin or a purpose is named, and another than WebAuthn asks for.</summary>
    public bool IsOther => (_origin is not null && !IsGenerated) || (_purposes is not null && !IsForSigning);

    public static AndroidAuthorizations Read(AsnReader list)
    {
        var authorizations = new AndroidAuthorizations();
        while (list.HasData)
        {
            var tag = list.PeekTag();
            authorizations.Take(tag, list);
        }

        return authorizations;
    }

    private void Take(Asn1Tag tag, AsnReader list)
    {
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue is not (PurposeTag or AllApplicationsTag or OriginTag))
        {
            list.ReadEncodedValue();
            return;
        }

        var value = list.ReadSequence(tag);
        switch (tag.TagValue)
        {
            case PurposeTag: _purposes = ReadSet(value.ReadSetOf()); break;
            case OriginTag: _origin = value.ReadInteger(); break;
            default: AllApplications = true; break;
        }
    }

    private static List<BigInteger> ReadSet(AsnReader set)
    {
        var values = new List<BigInteger>();
        while (set.HasData) values.Add(set.ReadInteger());
        return values;
    }
}
