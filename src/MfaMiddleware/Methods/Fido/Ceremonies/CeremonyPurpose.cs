namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>What a challenge was issued for; it serves for nothing else.</summary>
internal enum CeremonyPurpose : byte
{
    Registration = 1,
    Assertion = 2,
}
