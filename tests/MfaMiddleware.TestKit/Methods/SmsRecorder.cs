using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.TestKit.Methods;

/// <summary>A gateway of the test's own: keeps what it gets, or does what the test says.</summary>
public sealed partial class SmsRecorder : ISmsSender
{
    private readonly ConcurrentQueue<SmsMessage> _sent = new();

    /// <summary>The messages, oldest first.</summary>
    public IReadOnlyList<SmsMessage> Sent => [.. _sent];

    /// <summary>What happens to a message before it is kept.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The code of the message that came last.</summary>
    public string LastCode => Code().Match(_sent.Last().Text).Value;

    public async Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        await Before(cancellationToken);
        _sent.Enqueue(message);
    }

    public static SmsRecorder Of(TestHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Services.GetServices<ISmsSender>().OfType<SmsRecorder>().Single();
    }

    /// <summary>Text messages to German and American numbers, sent to the recorder; sessions as long as the settings allow.</summary>
    public static void Use(TestHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Settings["Methods:Sms:Enabled"] = "true";
        options.Settings["Methods:Sms:AllowedCountryCodes:0"] = "49";
        options.Settings["Methods:Sms:AllowedCountryCodes:1"] = "1";
        options.Settings["PendingSessions:Lifetime"] = "00:15:00";
        options.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>();
    }

    /// <summary>Puts a number into the store, as if the user had proved it before.</summary>
    public static async Task<string> EnrollAsync(TestHost host, string user, string number, string name = "sms")
    {
        ArgumentNullException.ThrowIfNull(host);
        var (subject, id) = (new MfaSubject("", user), $"{name}-{user}");
        var secret = SmsSecret.Protect(host.Services.GetRequiredService<MfaSecretProtector>(), subject, id, PhoneNumber.TryParse(number)!.Value);
        var factor = new MfaFactor { Id = id, Subject = subject, Method = "sms", ProtectedSecret = secret, CreatedAt = host.Clock.GetUtcNow() };
        if (!await host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(factor, 10, factor.CreatedAt, default)) throw new InvalidOperationException("The factor was not added.");
        return id;
    }

    /// <summary>Signs in as far as a code that was sent.</summary>
    public static async Task<string> SignInToCodeAsync(MfaClient client, string user)
    {
        ArgumentNullException.ThrowIfNull(client);
        var token = (await client.LoginAsync(user)).Token!;
        var reply = await SendAsync(client, token);
        return reply.Status == 200 ? token : throw new InvalidOperationException("Nothing was sent: " + reply.Body);
    }

    public static Task<Reply> SendAsync(MfaClient client, string? token)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "sms" });
    }

    [GeneratedRegex(@"\d{6}")]
    private static partial Regex Code();
}
