using MfaMiddleware.Enrollment;
using MfaMiddleware.Interposition;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints.Admin;

/// <summary><c>/mfa/admin/users/{subject}/…</c>: for whom the host's policy lets in. The user is of the realm of the request.</summary>
internal sealed class AdminEndpoints(MfaFactorAdministration administration, SubjectReader subjects, RealmResolver realms, TimeProvider time)
{
    public async Task ListAsync(HttpContext context, string subject)
    {
        var (factors, codes) = await administration.ListAsync(SubjectOf(context, subject), context.RequestAborted);
        await MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, new MfaResponse { Factors = [.. factors.Select(ManageAnswer.View)], RecoveryCodesRemaining = codes });
    }

    public async Task RemoveAsync(HttpContext context, string subject, string id)
    {
        if (await administration.RemoveAsync(SubjectOf(context, subject), id, ActorOf(context), context.RequestAborted)) MfaResponseWriter.NoContent(context);
        else await MfaResponseWriter.WriteAsync(context, StatusCodes.Status404NotFound, new MfaResponse { Error = "not_found" });
    }

    public async Task ResetAsync(HttpContext context, string subject)
    {
        await administration.ResetAsync(SubjectOf(context, subject), ActorOf(context), context.RequestAborted);
        MfaResponseWriter.NoContent(context);
    }

    public async Task IssueAccessCodeAsync(HttpContext context, string subject)
    {
        if (await MfaRequestReader.ReadAsync(context) is null) return;
        var (code, expiresAt) = await administration.IssueAccessCodeAsync(SubjectOf(context, subject), ActorOf(context), context.RequestAborted);
        await MfaResponseWriter.WriteAsync(
            context, StatusCodes.Status200OK, new MfaResponse { AccessCode = code, ExpiresIn = MfaResponseWriter.Seconds(expiresAt - time.GetUtcNow()) });
    }

    private MfaSubject SubjectOf(HttpContext context, string id) => new(realms.Resolve(context), id);

    private MfaSubject? ActorOf(HttpContext context) => subjects.TryRead(context, context.User);
}
