namespace MfaMiddleware.Methods.Fido;

/// <summary>What <see cref="FidoOptions"/> must be; nothing is asked of a method that isn't set up.</summary>
internal static class FidoRules
{
    public static void Check(FidoOptions options, SettingsCheck check)
    {
        check.Defined<UserVerification>(nameof(options.UserVerification), options.UserVerification);
        check.Defined<AttestationConveyance>(nameof(options.Attestation), options.Attestation);
        if (options.RelyingPartyId is null || !options.Enabled)
        {
            check.Must(
                options.RelyingPartyId is not null || options.Origins.Count == 0, nameof(options.RelyingPartyId), options.RelyingPartyId,
                "it must be the domain of the origins that are named.");
            return;
        }

        var isReadable = Aaguids(options.AllowedAaguids, check.Below(nameof(options.AllowedAaguids))) & Aaguids(options.DeniedAaguids, check.Below(nameof(options.DeniedAaguids)));
        if (!isReadable) return;
        foreach (var problem in Problems(options)) check.Fail(problem);
    }

    private static IEnumerable<string> Problems(FidoOptions options)
    {
        try
        {
            return WebAuthnPolicyCheck.Problems(FidoPolicies.Make(options, "check"));
        }
        catch (InvalidOperationException e)
        {
            return [e.Message];
        }
    }

    private static bool Aaguids(IList<string> list, SettingsCheck check)
    {
        var isReadable = true;
        for (var i = 0; i < list.Count; i++)
        {
            if (Guid.TryParse(list[i], out _)) continue;
            isReadable = false;
            check.Must(false, $"{i}", list[i], "it must be an AAGUID, for example cb69481e-8ff7-4039-93ec-0a2729a154a8.");
        }

        return isReadable;
    }
}
