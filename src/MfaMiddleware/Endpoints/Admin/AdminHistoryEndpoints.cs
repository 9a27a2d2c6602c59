using MfaMiddleware.Interposition;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints.Admin;

/// <summary><c>/mfa/admin/users/{subject}/devices</c>, <c>…/decisions</c> and <c>…/history</c>.</summary>
internal sealed class AdminHistoryEndpoints(
    MfaDeviceAdministration devices, MfaHistoryAdministration histories, SubjectReader subjects, RealmResolver realms)
{
    public async Task ListDevicesAsync(HttpContext context, string subject)
    {
        var list = await devices.ListAsync(SubjectOf(context, subject), context.RequestAborted);
        await MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, new MfaResponse { Devices = [.. list.Select(d => DeviceView.Of(d) with { Current = null })] });
    }

    public async Task RemoveDeviceAsync(HttpContext context, string subject, string id)
    {
        if (await devices.RemoveAsync(SubjectOf(context, subject), id, ActorOf(context), context.RequestAborted)) MfaResponseWriter.NoContent(context);
        else await MfaResponseWriter.WriteAsync(context, StatusCodes.Status404NotFound, new MfaResponse { Error = "not_found" });
    }

    public async Task RemoveDevicesAsync(HttpContext context, string subject)
    {
        await devices.RemoveAllAsync(SubjectOf(context, subject), ActorOf(context), context.RequestAborted);
        MfaResponseWriter.NoContent(context);
    }

    public async Task ReadDecisionsAsync(HttpContext context, string subject)
    {
        var decisions = await histories.ReadDecisionsAsync(SubjectOf(context, subject), context.RequestAborted);
        await MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, HistoryExport.Write(decisions));
    }

    public async Task ExportAsync(HttpContext context, string subject) =>
        await MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, await histories.ExportAsync(SubjectOf(context, subject), context.RequestAborted));

    public async Task DeleteAsync(HttpContext context, string subject)
    {
        await histories.DeleteAsync(SubjectOf(context, subject), ActorOf(context), context.RequestAborted);
        MfaResponseWriter.NoContent(context);
    }

    private MfaSubject SubjectOf(HttpContext context, string id) => new(realms.Resolve(context), id);

    private MfaSubject? ActorOf(HttpContext context) => subjects.TryRead(context, context.User);
}
