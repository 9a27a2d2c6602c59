using System.Security.Cryptography;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

/// <summary>
/// What every factor store does, whatever it is made of. A store's test class inherits it and says how to make the store; each test has
/// subjects of its own, so that all may share one database.
/// </summary>
public abstract partial class FactorStoreContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly FailureClearance ClearTotp = new("totp", EveryMethod: false, FailureLane.Unknown);

    /// <summary>A moment with ticks below a microsecond, which a store has to keep.</summary>
    protected static readonly DateTimeOffset Now = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567);

    protected IMfaFactorStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await CreateStoreAsync();

    public virtual Task DisposeAsync() => Task.CompletedTask;

    protected abstract Task<IMfaFactorStore> CreateStoreAsync();

    protected static MfaSubject NewSubject(string realm = "") => new(realm, NewId());

    protected static string NewId() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));

    protected static List<string> NewHashes(int count) => [.. Enumerable.Range(0, count).Select(_ => NewId())];

    protected static MfaFactor NewFactor(MfaSubject subject, string method = "totp") => new()
    {
        Id = NewId(),
        Subject = subject,
        Method = method,
        Name = "Phone",
        ProtectedSecret = NewId(),
        Counter = 7,
        CreatedAt = Now,
    };

    /// <summary>A user with one factor (at version 1) and the codes.</summary>
    protected async Task<MfaFactor> EnrolAsync(MfaSubject subject, params IReadOnlyList<string> hashes)
    {
        var factor = NewFactor(subject);
        Assert.True(await Store.TryAddFirstFactorAsync(factor, hashes, Now, None));
        return factor with { Version = 1 };
    }

    protected async Task<MfaFactor> SingleFactorAsync(MfaSubject subject) => Assert.Single((await Store.FindAsync(subject, None)).Factors);

    [Fact]
    public async Task An_unknown_user_is_an_empty_account()
    {
        var account = await Store.FindAsync(NewSubject(), None);

        Assert.Empty(account.Factors);
        Assert.Equal(0, account.RecoveryCodesRemaining);
        Assert.False(account.IsEnrolled);
    }

    [Fact]
    public async Task Nothing_can_be_changed_of_an_unknown_user()
    {
        var subject = NewSubject();
        var factor = NewFactor(subject);

        Assert.False(await Store.TryUpdateAsync(factor, 0, None));
        Assert.False(await Store.TryUseFactorAsync(factor, 0, ClearTotp, None));
        Assert.False(await Store.TryConsumeCodeAsync(subject, NewId(), ClearTotp, Now, None));
        Assert.False(await Store.TryReplaceCodesAsync(subject, NewHashes(2), Now, None));
        Assert.False(await Store.TryRemoveFactorAsync(subject, factor.Id, Now, None));
        await Store.RefundAsync(subject, new Charge("totp", FailureLane.Unknown, null), None);
        Assert.False((await Store.FindAsync(subject, None)).IsEnrolled);
    }

    [Fact]
    public async Task A_user_who_was_only_charged_is_not_enrolled()
    {
        var subject = NewSubject();
        await ChargeAsync(subject);

        Assert.False((await Store.FindAsync(subject, None)).IsEnrolled);
    }

    [Fact]
    public async Task A_cancelled_caller_gets_an_exception_and_never_an_empty_account()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject, "code-" + NewId());
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync(subject, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.TryUseFactorAsync(factor, 1, ClearTotp, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ChargeAsync(subject, "totp", FailureLane.Unknown, Now, Limits(), cancelled));
    }

    [Fact]
    public async Task The_first_lookup_key_stays()
    {
        var first = await Store.GetOrAddLookupKeyAsync(NewId(), None);

        Assert.Equal(first, await Store.GetOrAddLookupKeyAsync(NewId(), None));
    }
}
