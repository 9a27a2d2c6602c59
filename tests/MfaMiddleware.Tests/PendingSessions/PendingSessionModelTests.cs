using System.Buffers.Text;
using FsCheck;
using FsCheck.Fluent;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
using Xunit;

namespace MfaMiddleware.Tests.PendingSessions;

/// <summary>Random sequences of verbs: the store answers as the model does, and what must never happen doesn't.</summary>
public sealed class PendingSessionModelTests
{
    [Fact]
    public void AnySequenceOfVerbs_AnswersAsTheModelDoes()
    {
        var sequences = Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf().Resize(150), Shorter);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(sequences, Plays));
    }

    // The store in memory never waits.
    private static bool Plays(int[] steps) => new Run().PlayAsync(steps).GetAwaiter().GetResult();

    private static IEnumerable<int[]> Shorter(int[] steps) =>
        Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, j) => j != i).ToArray());

    private sealed class Run
    {
        private const int MaxAttempts = 3;
        private static readonly PendingSessionLimits Limits = new(2, TimeSpan.FromSeconds(60), 5);
        private readonly FakeClock _clock = new();
        private readonly PendingSessionModel _model;
        private readonly string[] _ids = [.. Enumerable.Repeat("AAAAAAAAAAAAAAAAAAAAAA", 6)];
        private readonly Dictionary<string, Life> _lives = [];
        private int _made;
        private int _rest;

        public Run() => _model = new PendingSessionModel(_clock.GetUtcNow);

        public async Task<bool> PlayAsync(int[] steps)
        {
            using var store = new InMemoryPendingSessionStore(_clock);
            foreach (var step in steps)
            {
                _rest = step;
                await StepAsync(store);
                foreach (var id in _ids) await CompareAsync(store, id);
            }

            return true;
        }

        private async Task CompareAsync(InMemoryPendingSessionStore store, string id)
        {
            var actual = await store.FindAsync(id, default);
            AssertSame(_model.Find(id), actual, id);
            _lives.GetValueOrDefault(id)?.See(actual);
        }

        private async Task StepAsync(InMemoryPendingSessionStore store)
        {
            var slot = Next(_ids.Length);
            var id = _ids[slot];
            var current = _model.Find(id)?.Version ?? 1;
            var version = Next(4) == 0 ? current - 1 : current;
            var life = _lives.GetValueOrDefault(id) ?? new Life();
            switch (Next(12))
            {
                case 0 or 1 or 2: await CreateAsync(store, slot); break;
                case 3: _clock.Advance(TimeSpan.FromSeconds(1 + Next(90))); break;
                case 4 or 5 or 6: await SpendAsync(store, id, version, life); break;
                case 7: await RejectAsync(store, id, version, life); break;
                case 8: await RefundAsync(store, id, version, life); break;
                case 9: await UpdateAsync(store, id, version, life); break;
                case 10: await ConsumeAsync(store, id, version, life); break;
                default: Assert.Equal(_model.Remove(id), await store.RemoveAsync(id, default)); break;
            }
        }

        private async Task CreateAsync(InMemoryPendingSessionStore store, int slot)
        {
            // No two of the same age: which of two equals leaves is no part of the contract.
            _clock.Advance(TimeSpan.FromSeconds(1));
            var now = _clock.GetUtcNow();
            var bytes = new byte[16];
            BitConverter.TryWriteBytes(bytes, ++_made);
            var session = new PendingSession
            {
                Id = Base64Url.EncodeToString(bytes),
                Kind = PendingSessionKind.Browser,
                Purpose = (PendingSessionPurpose)Next(2),
                Subject = new MfaSubject("", Next(2) == 0 ? "alice" : "bob"),
                Network = Next(2) == 0 ? "203.0.113.0/24" : "",
                SecretHash = Hash(),
                CreatedAt = now,
                ExpiresAt = now + TimeSpan.FromSeconds(30 + Next(200)),
                AttemptsRemaining = MaxAttempts,
                Payload = [1, 2, 3],
            };
            Assert.Equal(_model.Create(session, Limits), await store.CreateAsync(session, Limits, default));
            _ids[slot] = session.Id;
            _lives[session.Id] = new Life();
        }

        private async Task SpendAsync(InMemoryPendingSessionStore store, string id, long version, Life life)
        {
            var actual = await store.TrySpendAttemptAsync(id, version, default);
            AssertSame(_model.Spend(id, version), actual, id);
            if (actual is not null) life.Spent(version, MaxAttempts);
        }

        private async Task RejectAsync(InMemoryPendingSessionStore store, string id, long version, Life life)
        {
            var hash = Hash();
            var actual = await store.RejectAsync(id, version, hash, default);
            AssertSame(_model.Reject(id, version, hash), actual, id);
            if (actual is not null) life.Ended(version);
        }

        private async Task RefundAsync(InMemoryPendingSessionStore store, string id, long version, Life life)
        {
            var actual = await store.RefundAsync(id, version, default);
            Assert.Equal(_model.Refund(id, version), actual);
            if (actual) life.Refunded();
        }

        private async Task UpdateAsync(InMemoryPendingSessionStore store, string id, long version, Life life)
        {
            var state = Next(3) == 0 ? null : Hash();
            var end = _clock.GetUtcNow() + TimeSpan.FromSeconds(Next(300));
            var actual = await store.TryUpdateAsync(id, version, state, end, default);
            AssertSame(_model.Update(id, version, state, end), actual, id);
            if (actual is not null) life.Ended(version);
        }

        private async Task ConsumeAsync(InMemoryPendingSessionStore store, string id, long version, Life life)
        {
            var url = Next(2) == 0 ? null : "/home";
            var actual = await store.TryConsumeAsync(id, version, url, default);
            Assert.Equal(_model.Consume(id, version, url), actual);
            if (actual) life.Consumed(version);
        }

        private byte[] Hash() => [.. Enumerable.Repeat((byte)Next(250), 32)];

        private int Next(int below)
        {
            var value = _rest % below;
            _rest = unchecked((int)(((uint)_rest * 1664525u) + 1013904223u) >> 4) & int.MaxValue;
            return value;
        }

        private static void AssertSame(PendingSession? expected, PendingSession? actual, string id)
        {
            Assert.True(expected is null == actual is null, $"{id}: expected {expected?.Version}, got {actual?.Version}");
            if (expected is null || actual is null) return;
            Assert.Equal(expected.SecretHash, actual.SecretHash);
            Assert.Equal(expected.Payload, actual.Payload);
            Assert.Equal(expected.State, actual.State);
            Assert.Equal(expected with { SecretHash = actual.SecretHash, Payload = actual.Payload, State = actual.State }, actual);
        }
    }

    /// <summary>What happened to one session, to hold the invariants against, whatever the model says.</summary>
    private sealed class Life
    {
        private int _spent;
        private int _refunded;
        private int _attempts = int.MaxValue;
        private int _refundedWhenSeen;
        private long _ended;
        private bool _consumed;

        public void Spent(long version, int maxAttempts)
        {
            AssertNotOld(version);
            Assert.True(++_spent - _refunded <= maxAttempts, "more answers were evaluated than allowed");
        }

        public void Refunded() => _refunded++;

        public void Ended(long version)
        {
            AssertNotOld(version);
            _ended = version;
        }

        public void Consumed(long version)
        {
            Ended(version);
            Assert.False(_consumed, "consumed twice");
            _consumed = true;
        }

        public void See(PendingSession? session)
        {
            if (session is null) return;
            Assert.True(session.AttemptsRemaining <= (long)_attempts + _refunded - _refundedWhenSeen, "attempts rose without a refund");
            (_attempts, _refundedWhenSeen) = (session.AttemptsRemaining, _refunded);
        }

        private void AssertNotOld(long version)
        {
            Assert.True(version > _ended, "an old version succeeded");
            Assert.False(_consumed, "a consumed session went on");
        }
    }
}
