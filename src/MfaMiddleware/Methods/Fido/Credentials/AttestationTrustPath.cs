namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>How far the maker's proof of a key could be followed.</summary>
internal enum AttestationTrustPath : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The key vouches for itself.</summary>
    Self,

    /// <summary>Certificates that lead to no configured root.</summary>
    Untrusted,

    /// <summary>Certificates that lead to a configured root.</summary>
    Trusted,
}
