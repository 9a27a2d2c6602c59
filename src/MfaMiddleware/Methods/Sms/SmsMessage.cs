namespace MfaMiddleware.Methods.Sms;

/// <summary>A message that is to go out.</summary>
/// <param name="To">The number in international form (E.164), with its plus sign.</param>
/// <param name="Text">The text, with the code in it.</param>
public sealed record SmsMessage(string To, string Text)
{
    /// <summary>Prints neither number nor code.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
