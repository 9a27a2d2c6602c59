using System.Text.Json;

namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>A ceremony that has begun.</summary>
/// <param name="PublicKey">The options for the browser.</param>
/// <param name="State">What the pending session keeps: never sent to the client.</param>
internal sealed record CeremonyStart(JsonElement PublicKey, string State);
