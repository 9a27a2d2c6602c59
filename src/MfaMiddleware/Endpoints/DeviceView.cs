using System.ComponentModel;
using System.Text.Json.Serialization;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Endpoints;

/// <summary>A browser in which the user has proved a second factor.</summary>
internal sealed record DeviceView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("agent"), Description("The browser and the system that it said it was.")] string Agent,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("last_seen_at")] DateTimeOffset LastSeenAt)
{
    [JsonPropertyName("trusted_until"), Description("Until when it spares the challenge where a rule allows that; missing for a browser that is known, and not trusted.")]
    public DateTimeOffset? TrustedUntil { get; init; }

    [JsonPropertyName("current"), Description("Whether the request comes from it.")]
    public bool? Current { get; init; }

    public static DeviceView Of(MfaDevice device) =>
        new(device.Id, device.Agent, device.CreatedAt, device.LastSeenAt) { TrustedUntil = device.TrustedUntil, Current = device.IsCurrent };
}
