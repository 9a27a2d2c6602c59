using MfaMiddleware.Methods.Sms.Senders;
using MfaMiddleware.TestKit;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms.Senders;

public sealed class SmsCircuitTests
{
    [Fact]
    public void FiveFailuresInARow_OpenItForThirtySecondsAndOneProbe()
    {
        var clock = new FakeClock();
        var circuit = new SmsCircuit(clock);
        Fail(circuit, 4);
        Assert.True(circuit.TryEnter());
        circuit.Succeeded();
        Fail(circuit, 5);

        Assert.False(circuit.TryEnter());
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(circuit.TryEnter());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(circuit.TryEnter());
        Assert.False(circuit.TryEnter());
        circuit.Failed();
        Assert.False(circuit.TryEnter());
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(circuit.TryEnter());
        circuit.Succeeded();
        Assert.True(circuit.TryEnter());
        Assert.True(circuit.TryEnter());
    }

    private static void Fail(SmsCircuit circuit, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(circuit.TryEnter());
            circuit.Failed();
        }
    }
}
