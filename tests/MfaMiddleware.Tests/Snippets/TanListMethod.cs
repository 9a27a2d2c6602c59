using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>A printed list of codes: each works once, and crosses out the ones above it.</summary>
internal sealed class TanListMethod(MfaSecretProtector protector) : IMfaMethod, IMfaEnrollment
{
    private const int Codes = 20;

    public string Name => "tan_list";

    public MfaMethodTraits Traits { get; } = new() { Label = "Code list", Amr = ["otp"], Strength = MfaStrength.Otp };

    public bool Recognizes(MfaAnswer answer) => answer.Code is { Length: 10 } code && code.All(char.IsAsciiHexDigit);

    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
        new(new ChallengeResult.NotNeeded());

    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        var results = context.Factors.Select(factor => Check(factor, answer)).ToList();
        return new(results.Find(r => r is MethodResult.Accepted) ?? results.FirstOrDefault() ?? new MethodResult.Rejected("wrong_code"));
    }

    public ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        var id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var key = RandomNumberGenerator.GetBytes(32);
        var draft = new MfaFactor
        {
            Id = id,
            Subject = context.Subject,
            Method = Name,
            Name = context.Name,
            ProtectedSecret = protector.Protect(context.Subject, id, key),
            CreatedAt = context.Now,
        };
        return new(new EnrollmentStart.Begun(draft) { Secret = string.Join(' ', Enumerable.Range(1, Codes).Select(i => Code(key, i))) });
    }

    public ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(Check(draft, answer));

    private MethodResult Check(MfaFactor factor, MfaAnswer answer)
    {
        if (!Recognizes(answer)) return new MethodResult.Rejected("wrong_shape");

        var typed = Encoding.ASCII.GetBytes(answer.Code!.ToUpperInvariant());
        var key = protector.Unprotect(factor);
        var found = 0;
        for (var i = 1; i <= Codes; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(key, i)), typed)) found = i;
        }

        if (found == 0) return new MethodResult.Rejected("wrong_code");
        return found <= factor.Counter ? new MethodResult.Replayed() : new MethodResult.Accepted(factor with { Counter = found });
    }

    private static string Code(byte[] key, int number)
    {
        Span<byte> text = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(text, number);
        return Convert.ToHexString(HMACSHA256.HashData(key, text).AsSpan(0, 5));
    }
}
