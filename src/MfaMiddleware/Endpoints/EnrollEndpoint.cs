using System.Text.Json;
using MfaMiddleware.Enrollment;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Endpoints;

/// <summary><c>POST /mfa/enroll</c>: begins the set-up of a first factor while the sign-in waits.</summary>
internal sealed class EnrollEndpoint(PendingSessionFinder finder, MfaSignInManager manager, EnrollmentPresenter presenter)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await finder.FindAsync(context, EnrollmentPresenter.Complaint) is not { } found) return;
        var (body, pending) = found;
        await (await manager.EnrollAsync(pending, EnrollmentPresenter.Request(body), context.RequestAborted) switch
        {
            MfaEnrollmentResult.Started started => MfaResponseWriter.WriteAsync(
                context, StatusCodes.Status200OK, presenter.Describe(started.Next.Enrollment!) with { Type = 1, MfaToken = body.MfaToken }),
            MfaEnrollmentResult.Refused refused => MfaRequestReader.RefuseAsync(context, refused.Description),
            MfaEnrollmentResult.Throttled throttled => MfaResponseWriter.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, MfaResponseWriter.Throttled(body.MfaToken, throttled.RetryAfter)),
            MfaEnrollmentResult.UnknownMethod unknown => MfaRequestReader.RefuseAsync(context, EnrollmentPresenter.Unknown(unknown.Known)),
            MfaEnrollmentResult.NotAllowed => MfaResponseWriter.WriteAsync(
                context, StatusCodes.Status403Forbidden, new MfaResponse { Type = 1, Error = "enrollment_not_allowed", MfaToken = body.MfaToken }),
            _ => PendingSessionFinder.InvalidTokenAsync(context),
        });
    }
}

/// <summary>Describes a set-up to the one who makes it; nobody sees it again.</summary>
internal sealed class EnrollmentPresenter(IServiceProvider services)
{
    private const int MaxName = 64;

    private readonly IQrRenderer? _qr = services.GetService<IQrRenderer>();

    public static string? Complaint(MfaRequestBody body) =>
        body.Method is null ? "method is missing." : body.Name?.Length > MaxName ? "name is longer than 64 characters." : null;

    public static MfaEnrollmentRequest Request(MfaRequestBody body) =>
        new(body.Method!) { Name = body.Name, Phone = body.Phone, Secret = body.Secret, Counter = body.Counter };

    public static string Unknown(IReadOnlyList<string> known) => $"This method can't be set up. Methods that can: {string.Join(", ", known)}.";

    public MfaResponse Describe(MfaEnrollmentView enrollment) => new()
    {
        Enrollment = new EnrollmentView(enrollment.Id, enrollment.Method)
        {
            Secret = enrollment.Secret,
            Uri = enrollment.Uri,
            QrSvg = enrollment.Uri is { } uri ? _qr?.RenderSvg(uri) : null,
            SentTo = enrollment.SentTo,
            PublicKey = enrollment.PublicKey is { } json ? JsonElement.Parse(json) : null,
        },
        RecoveryCodes = enrollment.RecoveryCodes.Count > 0 ? enrollment.RecoveryCodes : null,
    };
}
