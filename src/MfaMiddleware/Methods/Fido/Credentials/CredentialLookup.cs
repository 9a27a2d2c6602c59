namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>Whether any user has this credential id.</summary>
/// <param name="credentialId">The id.</param>
/// <param name="cancellationToken">Ends the wait.</param>
/// <returns>Whether it is known. A store that can't tell throws.</returns>
internal delegate ValueTask<bool> CredentialLookup(ReadOnlyMemory<byte> credentialId, CancellationToken cancellationToken);
