using MfaMiddleware.Methods.Totp;
using Xunit;
using static MfaMiddleware.Tests.Methods.Totp.TotpFixture;

namespace MfaMiddleware.Tests.Methods.Totp;

public sealed class TotpWindowTests
{
    // Steps are counted from the present one; seconds within the present step. The default window is (1, 0).
    public static TheoryData<int, int, int, double, bool> Edges()
    {
        var edges = new TheoryData<int, int, int, double, bool>();
        foreach (var (past, future) in ((int, int)[])[(1, 0), (0, 0), (1, 1), (2, 0), (2, 1)])
            for (var step = -3; step <= 2; step++)
                foreach (var second in (double[])[0, 29.999])
                    edges.Add(past, future, step, second, step >= -past && step <= future);
        return edges;
    }

    [Theory]
    [MemberData(nameof(Edges))]
    public async Task Code_IsAcceptedExactlyInItsWindow(int past, int future, int step, double second, bool accepted)
    {
        var totp = new TotpFixture();
        totp.Options.Methods.Totp.Window = new TotpWindowOptions { Past = past, Future = future };
        var phone = await totp.EnrollAsync();
        var code = totp.CodeAt(phone, StepBegin.AddSeconds(30 * step));

        var result = await totp.VerifyAsync(code, StepBegin.AddSeconds(second), phone);

        if (accepted) Assert.Equal((StepBegin.ToUnixTimeSeconds() / 30) + step, AssertAccepted(result).Counter);
        else AssertRejected("wrong_code", result);
    }

    [Fact]
    public void DefaultWindow_IsThePresentStepAndOneBefore() =>
        Assert.Equal((1, 0), (new TotpOptions().Window.Past, new TotpOptions().Window.Future));

    [Fact]
    public async Task OffsetOfTheClock_ChangesNothing()
    {
        var totp = new TotpFixture();
        var phone = await totp.EnrollAsync();

        AssertAccepted(await totp.VerifyAsync(totp.CodeAt(phone, StepBegin), StepBegin.ToOffset(TimeSpan.FromHours(5.5)), phone));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(120)]
    public async Task Period_IsThatOfTheSettings(int seconds)
    {
        var totp = new TotpFixture();
        totp.Options.Methods.Totp.Period = TimeSpan.FromSeconds(seconds);
        var phone = await totp.EnrollAsync();
        var code = totp.CodeAt(phone, StepBegin);

        AssertAccepted(await totp.VerifyAsync(code, StepBegin.AddSeconds((2 * seconds) - 0.001), phone));
        AssertRejected("wrong_code", await totp.VerifyAsync(code, StepBegin.AddSeconds(2 * seconds), phone));
        AssertRejected("wrong_code", await totp.VerifyAsync(code, StepBegin.AddSeconds(-0.001), phone));
    }
}
