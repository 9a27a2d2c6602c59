namespace MfaMiddleware.Policies.Signals.Geo.Mmdb;

/// <summary>The types of the data section (MaxMind DB format 2.0, "Data Section").</summary>
internal enum MmdbType
{
    Extended = 0,
    Pointer = 1,
    Utf8 = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    Cache = 12,
    End = 13,
    Boolean = 14,
    Float = 15,
}

/// <summary>A value of the data section.</summary>
/// <param name="Type">Never a pointer: those are followed.</param>
/// <param name="Size">Bytes of its payload; the pairs of a map, the items of an array, the value of a boolean.</param>
/// <param name="Payload">Where its payload begins.</param>
/// <param name="Next">Where what stands after it begins; of a map and an array, where its first item begins.</param>
internal readonly record struct MmdbValue(MmdbType Type, int Size, int Payload, int Next)
{
    public int Bytes => Type is MmdbType.Map or MmdbType.Array or MmdbType.Boolean or MmdbType.Pointer ? 0 : Size;
}
