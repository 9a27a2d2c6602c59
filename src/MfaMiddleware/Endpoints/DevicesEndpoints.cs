using MfaMiddleware.Enrollment;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>/mfa/devices</c>: the browsers that know the user.</summary>
internal sealed class DevicesEndpoints(MfaDeviceManager manager, ManageAnswer answer)
{
    public async Task ListAsync(HttpContext context) =>
        await (await manager.ListAsync(context, context.RequestAborted) is { } devices
            ? MfaResponseWriter.WriteAsync(context, StatusCodes.Status200OK, new MfaResponse { Devices = [.. devices.Select(DeviceView.Of)] })
            : answer.WriteAsync(context, new MfaManageResult.NotSignedIn()));

    public async Task RemoveAsync(HttpContext context, string id) => await answer.WriteAsync(context, await manager.RemoveAsync(context, id, context.RequestAborted));

    public async Task RemoveAllAsync(HttpContext context) => await answer.WriteAsync(context, await manager.RemoveAllAsync(context, context.RequestAborted));
}
