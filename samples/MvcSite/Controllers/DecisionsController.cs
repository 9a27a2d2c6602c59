using System.Globalization;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MvcSite.Decisions;
using MvcSite.Users;

namespace MvcSite.Controllers;

/// <summary>Why the last sign-ins were challenged, or not; in Development only, since it is about everybody.</summary>
public sealed class DecisionsController(DecisionLog log, SiteDb db, IHostEnvironment environment) : Controller
{
    [HttpGet("/dev/decisions")]
    [ResponseCache(NoStore = true)]
    public async Task<IActionResult> Index(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            return NotFound();

        var names = await db.Users.AsNoTracking().ToDictionaryAsync(
            user => user.Id.ToString(CultureInfo.InvariantCulture), user => user.Email, cancellationToken);
        var decided = log.Entries.Select(entry => ToDecided(entry, names.GetValueOrDefault(entry.UserId, entry.UserId))).ToList();
        var wantsJson = Request.GetTypedHeaders().Accept.Any(accept => accept.MediaType == "application/json");
        return wantsJson ? Json(decided) : View(decided);
    }

    private static Decided ToDecided(DecisionLog.Entry entry, string user)
    {
        var decision = entry.Decision;
        return new(
            user,
            entry.At,
            DecisionWords.Of(decision.Outcome),
            decision.Observed is { } observed ? DecisionWords.Of(observed) : null,
            decision.Rule,
            decision.Reasons,
            decision.Risk?.Score,
            decision.Risk?.Threshold,
            [.. decision.Risk?.Findings.Select(f => new Finding(f.Signal, f.Code, DecisionWords.Of(f), DecisionWords.Of(f.Confidence), f.Weight, f.Details)) ?? []],
            (decision.Observed ?? decision.Outcome) == MfaOutcome.NotRequired ? [] : decision.Risk?.WouldHaveAvoided ?? []);
    }

    public sealed record Decided(
        string User, DateTimeOffset At, string Outcome, string? Observed, string Rule, IReadOnlyList<string> Reasons, int? Score, int? Threshold,
        IReadOnlyList<Finding> Findings, IReadOnlyList<string> WouldHaveAvoided);

    public sealed record Finding(
        string Signal, string Code, string Text, string Confidence, int Weight, IReadOnlyDictionary<string, string> Details);
}
