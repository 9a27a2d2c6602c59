namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>A key of the store, protected. There is one, the look-up key.</summary>
internal sealed class MfaKeyEntity
{
    public const string Lookup = "lookup";

    public required string Name { get; init; }

    public required string ProtectedValue { get; init; }
}
