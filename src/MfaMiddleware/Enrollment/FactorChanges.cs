using MfaMiddleware.Factors;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Enrollment;

/// <summary>The changes of what is stored, once they are allowed; each is told to the owner.</summary>
internal sealed class FactorChanges(FactorStore factors, RecoveryCodeIssuer codes, MfaEvents events, TimeProvider time)
{
    private const int MaxConflicts = 5;

    /// <returns>The factor as it is now; null where it is gone.</returns>
    public async Task<MfaFactor?> RenameAsync(MfaFactor factor, string name, CancellationToken cancellationToken)
    {
        MfaFactor? present = factor;
        for (var i = 0; i < MaxConflicts && present is not null; i++)
        {
            var renamed = present with { Name = name };
            if (await factors.TryUpdateAsync(renamed, present.Version, cancellationToken))
            {
                await WriteAsync(factor.Subject, MfaEventNames.FactorRenamed, factor);
                return renamed;
            }

            // A code of this factor was used meanwhile: the name goes onto the newer version.
            present = (await factors.FindAsync(factor.Subject, cancellationToken)).Factors.FirstOrDefault(f => f.Id == factor.Id);
        }

        return null;
    }

    public async Task<bool> RemoveAsync(MfaFactor factor, CancellationToken cancellationToken)
    {
        if (!await factors.TryRemoveFactorAsync(factor.Subject, factor.Id, time.GetUtcNow(), cancellationToken)) return false;
        await WriteAsync(factor.Subject, MfaEventNames.FactorRemoved, factor);
        return true;
    }

    /// <returns>The new set; null where the user has no factor that codes could stand in for.</returns>
    public async Task<IReadOnlyList<string>?> ReplaceCodesAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var issued = await codes.IssueAsync(subject, cancellationToken);
        if (!await factors.TryReplaceCodesAsync(subject, issued.Hashes, time.GetUtcNow(), cancellationToken)) return null;
        await WriteAsync(subject, MfaEventNames.RecoveryCodesReplaced, null);
        return issued.Codes;
    }

    private Task WriteAsync(MfaSubject subject, string name, MfaFactor? factor) => events.WriteAsync(new MfaEvent
    {
        Name = name,
        Subject = subject,
        At = time.GetUtcNow(),
        Method = factor?.Method ?? RecoveryCodesMethod.MethodName,
        FactorId = factor?.Id,
        Reasons = ["self_service"],
    });
}
