using MfaMiddleware.Challenges;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Verification;

/// <summary>Where an answer goes: to one method with the factors that may prove it, or nowhere.</summary>
internal abstract record Route
{
    private Route()
    {
    }

    /// <summary>To one method; all its offered factors, or the one named, are tried as one attempt.</summary>
    public sealed record To(IMfaMethod Method, IReadOnlyList<OfferedFactor> Offers) : Route;

    /// <summary>To a method or factor that isn't offered, or in a shape of none: a counted wrong answer.</summary>
    public sealed record Nowhere(string Method) : Route;

    /// <summary>It could be for several.</summary>
    public sealed record Ambiguous : Route;
}

/// <summary>Chooses the method of an answer.</summary>
internal static class AnswerRouter
{
    public static Route Choose(IReadOnlyList<OfferedFactor> offers, MfaAnswer answer, PendingState state)
    {
        if (answer.Method is { } method) return ToMethod(offers.Where(o => o.Method.Name == method), method, answer);
        if (answer.FactorId is { } id) return ToMethod(offers.Where(o => o.Id == id), "unknown", answer);
        return Guess(offers, answer, state);
    }

    private static Route ToMethod(IEnumerable<OfferedFactor> offers, string method, MfaAnswer answer)
    {
        var matching = offers.Where(o => answer.FactorId is null || o.Id == answer.FactorId).ToList();
        // Fail closed: what isn't offered to this user in this session is refused and counted, whatever the method would say.
        return matching.Count == 0 ? new Route.Nowhere(method) : new Route.To(matching[0].Method, matching);
    }

    private static Route Guess(IReadOnlyList<OfferedFactor> offers, MfaAnswer answer, PendingState state)
    {
        if (offers.Count == 0) return new Route.Nowhere("unknown");
        var recognizing = offers.GroupBy(o => o.Method).Where(group => group.Key.Recognizes(answer)).ToList();
        // A code for emergencies has a shape that no other code has.
        var recovering = recognizing.FindAll(group => group.Key.Traits.IsRecovery);
        if (recovering.Count > 0) return To(Find(recovering, answer.AskedMethod) ?? recovering[0]);
        if ((Find(recognizing, answer.AskedMethod) ?? Find(recognizing, state.LastMethod)) is { } likely) return To(likely);
        return recognizing.Count switch
        {
            0 => new Route.Nowhere(offers[0].Method.Name),
            1 => To(recognizing[0]),
            _ => new Route.Ambiguous(),
        };
    }

    private static IGrouping<IMfaMethod, OfferedFactor>? Find(List<IGrouping<IMfaMethod, OfferedFactor>> groups, string? method) =>
        groups.Find(group => group.Key.Name == method);

    private static Route.To To(IGrouping<IMfaMethod, OfferedFactor> group) => new(group.Key, [.. group]);
}
