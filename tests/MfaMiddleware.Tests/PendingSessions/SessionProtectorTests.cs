using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaMiddleware.Tests.PendingSessions;

public sealed class SessionProtectorTests
{
    private static readonly SessionProtector Protector = new(new Unprotected());

    [Theory]
    [InlineData(false, FailureLane.Unknown)]
    [InlineData(true, FailureLane.KnownDevice)]
    public void KnownDevice_OfASession_IsKeptAndChoosesTheLane(bool isKnown, FailureLane lane)
    {
        var open = Protector.Open(Session(Payload(isKnown)))!;

        Assert.Equal((isKnown, lane), (open.Payload.IsKnownDevice, open.Lane));
    }

    [Fact]
    public void Session_MadeBeforeDevicesWereKnown_IsReadAndOfAnUnknownDevice()
    {
        var open = Protector.Open(Session(Payload(isKnown: true)[..^2]))!;

        Assert.Equal(("alice", FailureLane.Unknown), (open.Payload.AccountName, open.Lane));
    }

    [Fact]
    public void Session_MadeBeforeAddressesWereTold_IsReadAndTellsNone()
    {
        var (present, before) = (Protector.Open(Session(Payload(isKnown: true)))!, Protector.Open(Session(Payload(isKnown: true)[..^1]))!);

        Assert.Equal((true, FailureLane.KnownDevice), (present.Payload.IsReturnUrlAsked, present.Lane));
        Assert.Equal((false, FailureLane.KnownDevice), (before.Payload.IsReturnUrlAsked, before.Lane));
    }

    private static byte[] Payload(bool isKnown) => Protector.Protect(new("", "alice"), "id", new PendingPayload
    {
        Outcome = MfaOutcome.Required,
        Rule = "default",
        Reasons = ["policy_always"],
        MinimumStrength = null,
        AccountName = "alice",
        SignIns = [],
        Reply = HeldReply.None,
        ReturnUrl = "/",
        IsKnownDevice = isKnown,
        IsReturnUrlAsked = true,
    });

    private static PendingSession Session(byte[] payload) => new()
    {
        Id = "id",
        Kind = PendingSessionKind.Json,
        Purpose = PendingSessionPurpose.SignIn,
        Subject = new("", "alice"),
        Network = "",
        SecretHash = [],
        CreatedAt = default,
        ExpiresAt = default,
        AttemptsRemaining = 5,
        Payload = payload,
    };

    /// <summary>Leaves the bytes as they are, so that a test can write those of another version.</summary>
    private sealed class Unprotected : IDataProtectionProvider, IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => plaintext;

        public byte[] Unprotect(byte[] protectedData) => protectedData;
    }
}
