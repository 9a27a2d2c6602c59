using System.Text.Json;

namespace MfaMiddleware.Methods;

/// <summary>What a user answered: a code, or a credential of the browser.</summary>
public sealed record MfaAnswer
{
    /// <summary>The code as typed; at most 256 characters.</summary>
    public string? Code { get; init; }

    /// <summary>The credential as the browser's <c>toJSON()</c> gave it.</summary>
    public JsonElement? Credential { get; init; }

    /// <summary>The method that the user named, if one was.</summary>
    public string? Method { get; init; }

    /// <summary>
    /// The method that a page asked for: taken where the code could be for several. Unlike <see cref="Method"/> it refuses no code of another one.
    /// </summary>
    public string? AskedMethod { get; init; }

    /// <summary>The factor that the user named, if one was.</summary>
    public string? FactorId { get; init; }

    /// <summary>Whether the client wants a proof token for a repeat of its own request instead of the sign-in itself.</summary>
    public bool Exchange { get; init; }

    /// <summary>Whether the user asks not to be challenged in this browser for a while, where <c>Mfa:TrustedDevices</c> allows it.</summary>
    public bool RememberDevice { get; init; }

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
