using MfaMiddleware.Redis.Connection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis;

/// <summary>Stops the start of a host whose settings can't work, and says all that is wrong with them.</summary>
internal sealed class MfaRedisOptionsValidator(RedisSource source) : IValidateOptions<MfaRedisOptions>
{
    public ValidateOptionsResult Validate(string? name, MfaRedisOptions options)
    {
        List<string> failures = [];
        if (source.OfHost is null && Complaint(options.Configuration) is { } complaint) failures.Add($"Mfa:Redis:Configuration {complaint}");
        if (options.CallTimeout < TimeSpan.FromMilliseconds(100) || options.CallTimeout > TimeSpan.FromSeconds(30))
        {
            failures.Add($"Mfa:Redis:CallTimeout is {options.CallTimeout:c}: it must be from 00:00:00.1 to 00:00:30.");
        }

        if (options.MaxInFlight is < 1 or > 10_000) failures.Add($"Mfa:Redis:MaxInFlight is {options.MaxInFlight}: it must be from 1 to 10000.");
        // A brace would say where in a Cluster a key lies.
        if (options.KeyPrefix is not { Length: > 0 and <= 64 } prefix || prefix.AsSpan().IndexOfAny("{} \r\n") >= 0)
        {
            failures.Add($"Mfa:Redis:KeyPrefix is '{options.KeyPrefix}': it must be 1 to 64 characters without braces and spaces.");
        }

        if (options.SentinelUser is not null && !ClientSwitches.HasUser)
        {
            failures.Add("Mfa:Redis:SentinelUser needs StackExchange.Redis 2.0 or later, and this build has an older one: give the sentinels' default user a password instead.");
        }

        if (options.SentinelUser is not null && options.SentinelPassword is null) failures.Add("Mfa:Redis:SentinelUser is set without Mfa:Redis:SentinelPassword.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? Complaint(string? configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration)) return "is missing: for example 'redis.example.com:6380,ssl=true,password=…'.";
        try
        {
            return ConfigurationOptions.Parse(configuration).EndPoints.Count == 0 ? "names no address." : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Not the whole of it: it holds the password.
            return "can't be read by StackExchange.Redis: an unknown keyword or a wrong value.";
        }
    }
}
