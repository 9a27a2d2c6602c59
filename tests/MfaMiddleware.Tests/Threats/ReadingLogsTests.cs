using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class ReadingLogsTests
{
    [Fact]
    public async Task B104_LineBreaksAndEscapesFromOutside_ReachNoLogLine()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var evil = "x\r\nWarning Forged[1] everything is fine\u001b[2J";
        var device = await host.EnrollTotpAsync(evil);
        var challenge = await client.LoginAsync(evil);

        var wrong = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = evil, method = evil, factor_id = evil }, ("User-Agent", "a\u001b[2Jb"));
        await client.PostAsync("/mfa/challenge", new { mfa_token = wrong.Token, method = evil });
        await client.PostAsync("/mfa/enroll", new { mfa_token = wrong.Token, method = evil, name = evil });
        await client.PostAsync("/mfa", new { mfa_token = evil, code = evil });
        await client.AnswerAsync(wrong.Token, device.Code());

        // A line of ours says which method it was, in words of our own.
        var ours = host.Logs.Lines.Where(line => line.Contains("MfaMiddleware.", StringComparison.Ordinal)).ToList();
        Assert.Contains(ours, line => line.Contains("AnswerRejected: method unknown", StringComparison.Ordinal));
        Assert.All(host.Logs.Lines, line => Assert.DoesNotContain("Forged[1]", line, StringComparison.Ordinal));
        Assert.All(host.Logs.Lines, line => Assert.DoesNotContain('\u001b', line));
        Assert.All(ours, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public async Task B107_EverythingLoggedAndMeasured_HoldsNoCodeSeedTokenOrRecoveryCode()
    {
        using var telemetry = new Telemetry();
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services => services.AddHttpLogging(logging => logging.LoggingFields = HttpLoggingFields.All);
            o.Pipeline = app => app.UseHttpLogging();
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        var secrets = new List<string>();

        var challenge = await client.LoginAsync("alice");
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });
        var device = new TotpDevice((string)started.Json["enrollment"]!["id"]!, (string)started.Json["enrollment"]!["secret"]!, host.Clock);
        var codes = started.Json["recovery_codes"]!.AsArray().Select(code => (string)code!).ToList();
        secrets.AddRange([challenge.Token!, challenge.Token![22..], device.Secret, .. codes, device.Code()]);
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() });
        secrets.Add(done.SetCookies[0].Split('=', ';')[1]);

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var bearer = await client.PostAsync("/token", new { user = "alice" });
        var wrong = await client.AnswerAsync(bearer.Token, "918273");
        await client.GetAsync("/mfa/session", ("X-MFA-Token", wrong.Token!));
        await client.PostTextAsync("/mfa", $$"""{"mfa_token":"{{wrong.Token}}","code":"{{codes[1]}}" broken""");
        secrets.AddRange([bearer.Token!, wrong.Token!, "918273", device.Code()]);
        var tokens = await client.AnswerAsync(wrong.Token, device.Code());
        secrets.AddRange([tokens["accessToken"]!, tokens["refreshToken"]!]);
        var recovery = await client.LoginAsync("alice");
        await client.AnswerAsync(recovery.Token, codes[0]);
        var failing = await client.LoginAsync("alice");
        secrets.AddRange([recovery.Token!, failing.Token!]);
        host.Services.GetRequiredService<CountingFactorStore>().IsDown = true;
        Assert.Equal(503, (await client.AnswerAsync(failing.Token, codes[2])).Status);

        Assert.Contains(host.Logs.Lines, line => line.Contains("HttpLoggingMiddleware", StringComparison.Ordinal) && line.Contains("/mfa", StringComparison.Ordinal));
        Assert.NotEmpty(telemetry.Texts);
        Oracles.NoLeak(host.Logs.Lines.Concat(telemetry.Texts), [.. secrets]);
    }

    [Fact]
    public async Task B107_WhatTheOtherMethodsKnow_IsInNoLogLineEither()
    {
        using var telemetry = new Telemetry();
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
            o.Settings["Methods:Hotp:Enabled"] = "true";
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        const string seed = "3132333435363738393031323334353637383930";

        var anna = (await client.LoginAsync("anna")).Token;
        var phone = await client.PostAsync("/mfa/enroll", new { mfa_token = anna, method = "sms", phone = "+49 151 23456742" });
        var sent = SmsRecorder.Of(host).LastCode;
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = anna, enrollment_id = (string)phone.Json["enrollment"]!["id"]!, code = sent })).Status);
        var hanna = (await client.LoginAsync("hanna")).Token;
        var token = await client.PostAsync("/mfa/enroll", new { mfa_token = hanna, method = "hotp", secret = seed, counter = 0 });
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = hanna, enrollment_id = (string)token.Json["enrollment"]!["id"]!, code = "755224" })).Status);
        await FidoHost.EnrollAsync(client, key, "fritz");
        var fritz = (await client.LoginAsync("fritz")).Token;
        var options = await FidoHost.OptionsAsync(client, fritz);
        var proof = await client.PostAsync("/mfa", new { mfa_token = fritz, credential = key.Get(options), exchange = true });
        var (access, _) = await host.Services.GetRequiredService<MfaFactorAdministration>().IssueAccessCodeAsync(new MfaSubject("", "anna"), null, default);

        Assert.Equal(200, proof.Status);
        Assert.NotEmpty(telemetry.Texts);
        Oracles.NoLeak(
            host.Logs.Lines.Concat(telemetry.Texts),
            anna!, hanna!, fritz!, sent, "15123456742", "151 23456742", seed, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "755224", proof.Token!, access,
            options.GetProperty("challenge").GetString()!, WebEncoders.Base64UrlEncode(key.CredentialId));
    }

    [Fact]
    public async Task B108_EachOutcome_IsAuditedWithWhoWhenWhatAndWhy()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        async Task<string?> Token() => (await client.LoginAsync("alice")).Token;
        await client.AnswerAsync(await Token(), alice.Device.Code());
        await client.AnswerAsync(await Token(), alice.Device.Code());
        await client.AnswerAsync(await Token(), alice.RecoveryCodes[0]);
        await GuessingCodesTests.FailAsync(client, host, alice.Device, "alice", 5);
        await client.AnswerAsync(await Token(), alice.Device.Code());

        string[] expected =
        [
            MfaEventNames.SignInChallenged, MfaEventNames.FactorAdded, MfaEventNames.SignInCompleted, MfaEventNames.OtpReplayed, MfaEventNames.RecoveryCodeUsed,
            MfaEventNames.AnswerRejected, MfaEventNames.MfaFailedAfterPassword, MfaEventNames.AttemptsExhausted, MfaEventNames.AccountThrottled,
        ];
        foreach (var name in expected) Assert.Contains(host.Events.All, e => e.Name == name);
        Assert.All(host.Events.All, e =>
        {
            Assert.Equal(new MfaSubject("", "alice"), e.Subject);
            Assert.InRange(e.At, host.Clock.GetUtcNow() - TimeSpan.FromMinutes(1), host.Clock.GetUtcNow());
            Assert.Equal(TimeSpan.Zero, e.At.Offset);
            Assert.NotEmpty(e.Reasons);
            Assert.False(string.IsNullOrEmpty(e.CorrelationId));
            if (e.Name != MfaEventNames.SignInChallenged) Assert.Contains(e.Method, new[] { "totp", "recovery_code" });
        });
        Assert.True(host.Events.All.Select(e => e.CorrelationId).Distinct().Count() > 5);
    }

    /// <summary>Every tag of every activity and every measurement of the process.</summary>
    private sealed class Telemetry : IDisposable
    {
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters = new();

        public Telemetry()
        {
            _activities = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => Texts.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))}"),
            };
            ActivitySource.AddActivityListener(_activities);
            _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
            _meters.SetMeasurementEventCallback<long>((i, _, tags, _) => Add(i, tags));
            _meters.SetMeasurementEventCallback<double>((i, _, tags, _) => Add(i, tags));
            _meters.SetMeasurementEventCallback<int>((i, _, tags, _) => Add(i, tags));
            _meters.Start();
        }

        public ConcurrentQueue<string> Texts { get; } = new();

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }

        private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) Texts.Enqueue($"{instrument.Name} {tag.Key}={tag.Value}");
        }
    }
}
