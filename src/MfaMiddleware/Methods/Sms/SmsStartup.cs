using MfaMiddleware.Methods.Sms.Senders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Methods.Sms;

/// <summary>What must hold before the first message, beyond the settings' own rules.</summary>
internal sealed partial class SmsStartup(MfaSettings settings, SmsSenderChain senders, IHostEnvironment environment, ILogger<SmsStartup> logger)
{
    public void Run()
    {
        var (options, sms) = (settings.Current, settings.Current.Methods.Sms);
        if (!sms.Enabled) return;
        if (!senders.InOrder.Any())
        {
            throw new InvalidOperationException(
                $"Mfa:Methods:Sms is enabled, but nobody sends: set Mfa:Methods:Sms:Sender to one of {string.Join(", ", SmsSenderChain.Names)}, or add .AddSmsSender<T>() to AddMfa().");
        }

        if (sms.Senders.Contains(DevelopmentSmsSender.Name, StringComparer.OrdinalIgnoreCase) && !environment.IsDevelopment())
            throw new InvalidOperationException("Mfa:Methods:Sms:Sender is Development: it keeps the messages where developers read them, and works in Development only.");

        var issuer = options.Issuer ?? environment.ApplicationName;
        Report("default", sms.Template, sms, issuer);
        foreach (var (culture, template) in sms.Templates) Report(culture, template, sms, issuer);
        if (sms.Senders.Contains(HttpSmsSender.Name, StringComparer.OrdinalIgnoreCase)
            && Uri.TryCreate(HttpSmsTemplate.FillWith(sms.Http.Url!, "1"), UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: false })
        {
            Log.PlainHttp(logger);
        }
    }

    private void Report(string culture, string template, SmsOptions sms, string issuer)
    {
        var text = SmsTemplate.Fill(template, "000000", issuer, sms.Domain);
        Log.Segments(logger, culture, SmsText.Segments(text), SmsText.IsGsm7(text) ? "GSM 7 bit" : "UCS-2");
    }

    private static partial class Log
    {
        [LoggerMessage(710, LogLevel.Information, "The text message ({Culture}) takes {Segments} segment(s) of {Alphabet}.")]
        public static partial void Segments(ILogger logger, string culture, int segments, string alphabet);

        [LoggerMessage(711, LogLevel.Warning, "Mfa:Methods:Sms:Http:Url is http and not of this machine: codes and numbers cross the network unencrypted.")]
        public static partial void PlainHttp(ILogger logger);
    }
}
