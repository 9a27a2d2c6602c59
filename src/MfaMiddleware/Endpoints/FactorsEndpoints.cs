using MfaMiddleware.Enrollment;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>GET /mfa/factors</c>: what the user has set up.</summary>
internal sealed class ListFactorsEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context) =>
        await (await manager.ListAsync(context, context.RequestAborted) is { } list
            ? MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, new MfaResponse
            {
                Factors = [.. list.Factors.Select(ManageAnswer.View)],
                RecoveryCodesRemaining = list.RecoveryCodesRemaining,
            })
            : answer.WriteAsync(context, new MfaManageResult.NotSignedIn()));
}

/// <summary><c>POST /mfa/factors</c>: begins the set-up of a factor.</summary>
internal sealed class AddFactorEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return;
        if (EnrollmentPresenter.Complaint(body) is { } complaint) await MfaRequestReader.RefuseAsync(context, complaint);
        else await answer.WriteAsync(context, await manager.BeginEnrollmentAsync(context, EnrollmentPresenter.Request(body), context.RequestAborted));
    }
}

/// <summary><c>POST /mfa/factors/{id}/verify</c>: takes the first answer of a new authenticator.</summary>
internal sealed class VerifyFactorEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context, string id)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return;
        if (body.Code is null && body.Credential is null)
        {
            await MfaRequestReader.RefuseAsync(context, "code or credential is missing.");
            return;
        }

        var first = new MfaAnswer { Code = body.Code, Credential = body.Credential };
        await answer.WriteAsync(context, await manager.CompleteEnrollmentAsync(context, id, first, context.RequestAborted));
    }
}

/// <summary><c>PATCH /mfa/factors/{id}</c>: renames a factor.</summary>
internal sealed class RenameFactorEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context, string id)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return;
        if (body.Name is null) await MfaRequestReader.RefuseAsync(context, "name is missing.");
        else await answer.WriteAsync(context, await manager.RenameAsync(context, id, body.Name, context.RequestAborted));
    }
}

/// <summary><c>DELETE /mfa/factors/{id}</c>: removes a factor.</summary>
internal sealed class RemoveFactorEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context, string id) =>
        await answer.WriteAsync(context, await manager.RemoveAsync(context, id, context.RequestAborted));
}

/// <summary><c>POST /mfa/factors/{id}/resync</c>: brings a token that was pressed too often back into step.</summary>
internal sealed class ResyncFactorEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context, string id)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return;
        if (body.Codes is not [{ } first, { } second]) await MfaRequestReader.RefuseAsync(context, "codes must be two codes, one after the other.");
        else await answer.WriteAsync(context, await manager.ResyncAsync(context, id, first, second, context.RequestAborted));
    }
}

/// <summary><c>POST /mfa/recovery-codes</c>: issues a new set.</summary>
internal sealed class RecoveryCodesEndpoint(MfaFactorManager manager, ManageAnswer answer)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await MfaRequestReader.ReadAsync(context) is null) return;
        await answer.WriteAsync(context, await manager.ReplaceRecoveryCodesAsync(context, context.RequestAborted));
    }
}
