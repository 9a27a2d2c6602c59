using System.Globalization;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Sms.Senders;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Methods.Sms;

/// <summary>Tells the numbers that an account had before when another one is added: by a message, and by an event for each.</summary>
internal sealed partial class NumberChangeNotice(IServiceProvider services, ILogger<NumberChangeNotice> logger) : IOwnSink
{
    /// <inheritdoc/>
    public async ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (mfaEvent is not { Name: MfaEventNames.FactorAdded, Method: SmsMethod.MethodName, Subject: { } subject }) return;
        var account = await services.GetRequiredService<FactorStore>().FindAsync(subject, cancellationToken);
        foreach (var old in account.Factors.Where(f => f.Method == SmsMethod.MethodName && f.Id != mfaEvent.FactorId))
        {
            await services.GetRequiredService<MfaEvents>().WriteAsync(mfaEvent with { Name = MfaEventNames.PhoneNumberAdded, FactorId = old.Id, Reasons = ["told_old_number"] });
            // Nobody waits for it: a gateway that hangs must not hold the answer. The request's language goes with it.
            var culture = CultureInfo.CurrentUICulture;
            _ = Task.Run(() => SendAsync(old, culture, mfaEvent.At), CancellationToken.None);
        }
    }

    private async Task SendAsync(MfaFactor old, CultureInfo culture, DateTimeOffset now)
    {
        try
        {
            var options = services.GetRequiredService<MfaSettings>().Current;
            var number = SmsSecret.Read(services.GetRequiredService<MfaSecretProtector>(), old);
            if (NumberPlan.PrefixOf(number, options.Methods.Sms.AllowedCountryCodes) is null) return;
            var budgets = services.GetRequiredService<SmsBudgets>();
            var charged = await budgets.OfAsync(number, old.Subject, "notice", options.Methods.Sms.Budgets, CancellationToken.None);
            if (await budgets.TryChargeAsync(charged, now, CancellationToken.None) is not null) return;

            var issuer = options.Issuer ?? services.GetRequiredService<Microsoft.Extensions.Hosting.IHostEnvironment>().ApplicationName;
            var template = SmsTemplate.Choose(options.Methods.Sms.NoticeTemplates, options.Methods.Sms.NoticeTemplate, culture);
            var text = template.Replace("{issuer}", issuer, StringComparison.Ordinal);
            await services.GetRequiredService<SmsSenderChain>().SendAsync(new SmsMessage(number.E164, text), CancellationToken.None);
        }
        catch (Exception e)
        {
            // The change stands, and its event is written: the notice is one way of several.
            Log.NotSent(logger, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(720, LogLevel.Warning, "A number could not be told that another one was added: {Failure}.")]
        public static partial void NotSent(ILogger logger, string failure);
    }
}
