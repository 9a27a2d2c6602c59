using System.Globalization;
using MfaMiddleware;
using MfaMiddleware.Enrollment;
using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MvcSite.Users;

namespace MvcSite.Controllers;

/// <summary>The help desk: for users who lost something. The page says what to make sure of first.</summary>
[Route("admin")]
[Authorize("MfaAdmin")]
[RequireMfa(MaxAgeSeconds = 900)]
[AutoValidateAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class AdminController(SiteDb db, MfaFactorAdministration factors) : Controller
{
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancellationToken)
    {
        var accounts = new List<Account>();
        foreach (var user in await db.Users.AsNoTracking().OrderBy(user => user.Email).ToListAsync(cancellationToken))
        {
            var (enrolled, _) = await factors.ListAsync(SubjectOf(user.Id), cancellationToken);
            accounts.Add(new(user, enrolled));
        }

        return View(accounts);
    }

    [HttpPost("users/{id:int}/access-code")]
    public async Task<IActionResult> AccessCode(int id, CancellationToken cancellationToken)
    {
        if (await db.Users.FindAsync([id], cancellationToken) is not { } user)
            return NotFound();

        var (code, expiresAt) = await factors.IssueAccessCodeAsync(SubjectOf(id), Me(), cancellationToken);
        return View(new NewAccessCode(user, code, expiresAt));
    }

    [HttpPost("users/{id:int}/reset")]
    public async Task<IActionResult> Reset(int id, CancellationToken cancellationToken)
    {
        await factors.ResetAsync(SubjectOf(id), Me(), cancellationToken);
        return RedirectToAction(nameof(Index));
    }

    /// <summary>The admin, for the audit.</summary>
    private MfaSubject Me() => new("", User.FindFirst("sub")!.Value);

    private static MfaSubject SubjectOf(int id) => new("", id.ToString(CultureInfo.InvariantCulture));

    public sealed record Account(User User, IReadOnlyList<MfaEnrolledFactor> Factors);

    public sealed record NewAccessCode(User User, string Code, DateTimeOffset ExpiresAt);
}
