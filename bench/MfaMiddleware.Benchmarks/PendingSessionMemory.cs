using System.Globalization;
using System.Security.Cryptography;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.Benchmarks;

/// <summary>How much memory a pending session takes in the store of one node.</summary>
internal static class PendingSessionMemory
{
    private const int Sessions = 100_000;
    private const int TicketBytes = 1024;

    public static async Task RunAsync()
    {
        using var store = new InMemoryPendingSessionStore(TimeProvider.System);
        var options = new MfaOptions();
        var budget = new StoreBudget(() => options, TimeProvider.System);
        var maker = new SessionMaker(new SessionStore(store, budget), new SessionProtector(new EphemeralDataProtectionProvider()), TimeProvider.System);

        // What is made once, by the first session, is no session's.
        await MakeAsync(maker, options, Sessions);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Sessions; i++) await MakeAsync(maker, options, i);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        if (store.Count != Sessions + 1) throw new InvalidOperationException($"{store.Count} sessions are stored.");
        var each = (after - before) / (double)Sessions;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Sessions:N0} pending sessions, each with a ticket of {TicketBytes:N0} bytes: {each:N0} bytes a session"));
    }

    private static async Task MakeAsync(SessionMaker maker, MfaOptions options, int i)
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"user-{i:D6}@example.com");
        var payload = new PendingPayload
        {
            Outcome = MfaOutcome.Required,
            Rule = "default",
            Reasons = ["mode_always"],
            MinimumStrength = null,
            AccountName = user,
            SignIns = [new PendingSignIn("Cookies", RandomNumberGenerator.GetBytes(TicketBytes), 1_800_000_000)],
            Reply = new HeldReply(200, null, [], null),
            ReturnUrl = "/",
            Original = new OriginalRequest(RandomNumberGenerator.GetBytes(32), "/api/login", null),
        };
        var token = MfaToken.New();
        var session = new NewSession(
            PendingSessionKind.Json, PendingSessionPurpose.SignIn, new MfaSubject("", user), "203.0.113.0/24", payload, token.SecretHash, token.SessionId);
        var (result, _) = await maker.MakeAsync(session, options, CancellationToken.None);
        if (result is not CreateResult.Created) throw new InvalidOperationException($"Session {i} was not stored: {result}.");
    }
}
