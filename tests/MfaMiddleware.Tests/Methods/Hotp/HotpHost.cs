using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Tests.Methods.Hotp;

/// <summary>A host that offers tokens with a button and nothing else, and users who have one.</summary>
internal static class HotpHost
{
    public static readonly byte[] Seed = "12345678901234567890"u8.ToArray();

    public static void Use(TestHostOptions options)
    {
        options.Settings["Methods:Hotp:Enabled"] = "true";
        options.Settings["Methods:Totp:Enabled"] = "false";
    }

    /// <summary>Signs a user in for the first time with a token of their own, by its code of the counter given.</summary>
    public static async Task<HotpDevice> EnrollAsync(MfaClient client, TestHost host, string user, long counter = 0)
    {
        ArgumentNullException.ThrowIfNull(host);
        var challenge = await client.LoginAsync(user);
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "hotp", secret = Convert.ToHexString(Seed), counter });
        var token = new HotpDevice((string)begun.Json["enrollment"]!["id"]!, Seed, counter);
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = token.FactorId, code = token.Press() });
        if (done.Status != 200) throw new InvalidOperationException("The enrolment failed: " + done.Body);
        return token;
    }
}
