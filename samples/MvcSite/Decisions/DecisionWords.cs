using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;

namespace MvcSite.Decisions;

/// <summary>A decision in words, for people who wonder why they were asked, or why not.</summary>
public static class DecisionWords
{
    public static string Of(MfaOutcome outcome) => outcome switch
    {
        MfaOutcome.NotRequired => "Let in without a second factor",
        MfaOutcome.Required => "Asked for a second factor",
        MfaOutcome.EnrollmentRequired => "Asked to set up a second factor",
        _ => "Refused",
    };

    public static string Of(RiskConfidence confidence) => confidence switch
    {
        RiskConfidence.High => "fine",
        RiskConfidence.Medium => "unusual",
        RiskConfidence.Low => "suspicious",
        RiskConfidence.Neutral => "nothing to say",
        _ => "not known",
    };

    public static string Of(RiskFinding finding) => finding.Code switch
    {
        "known_device" => "The user has proved a second factor in this browser",
        "new_device" => "The user has never proved a second factor in this browser",
        "device_changed" => "The browser's cookie came from another browser or system",
        "device_expired" => "The last proof in this browser is too old",
        "device_void_factors_changed" => "The user's factors changed since the last proof in this browser",
        "device_void_password_changed" => "The password changed since the last proof in this browser",
        "device_void_policy_changed" => "The policy changed since the last proof in this browser",
        "no_history" => "There is nothing to compare with: no second factor was ever proved",
        "known_network" => "The user has signed in from this network before",
        "new_network" => "The user has never signed in from this network",
        "trusted_network" => "The address is on a list of trusted ones",
        "no_address" => "The request has no address",
        "no_location" => "Nobody knows where the address is",
        "no_last_location" => "Nobody knows where the last sign-in was",
        "minimal_travel_from_last_login" => "Near the last sign-in",
        "possible_travel" => "Far from the last sign-in, and there was time to travel",
        "impossible_travel" => "Too far from the last sign-in for the time since",
        "new_country" => "A country that the user never signed in from, hours after the last sign-in elsewhere",
        "not_found_on_deny_list" => "The address is on no deny list",
        "found_on_deny_list" => "The address is on a deny list",
        "no_failures" => "No wrong passwords or codes lately",
        "failed_passwords" => "Wrong passwords for this user lately",
        "failed_answers" => "Wrong codes for this user lately",
        "many_users_from_network" => "Wrong passwords for many users from this network",
        "no_recent_change" => "No change of password or phone lately",
        "password_changed" => "The password was changed lately",
        "password_reset" => "The password was reset lately",
        "phone_changed" => "The phone number was changed lately",
        "recovery_used" => "A recovery code was used lately",
        "signal_error" => "The signal failed",
        "signal_timeout" => "The signal took too long",
        // A signal of this site's own, or of a later version.
        _ => finding.Code,
    };
}
