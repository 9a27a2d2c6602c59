using System.Reflection;
using MfaMiddleware.Factors;

namespace MfaMiddleware.SeamNode;

/// <summary>The place between the check of an answer and the session that it opens at which sign-ins halt: "mark", the code is used up; "issue", the pending sign-in too.</summary>
internal sealed class Seam
{
    private volatile string? _place;

    public string HaltAt(string place)
    {
        _place = place;
        return "halting";
    }

    public async Task PassAsync(string place)
    {
        if (_place != place) return;
        Console.WriteLine("halted");
        await new TaskCompletionSource().Task;
    }
}

/// <summary>The durable store, with the seam behind each mark that it makes.</summary>
#pragma warning disable CA1852 // the proxy derives from it at run time
internal class HaltingStore : DispatchProxy
#pragma warning restore CA1852
{
    private IMfaFactorStore _inner = null!;
    private Seam _seam = null!;

    public static IMfaFactorStore Around(IMfaFactorStore inner, Seam seam)
    {
        var store = Create<IMfaFactorStore, HaltingStore>();
        var proxy = (HaltingStore)(object)store;
        (proxy._inner, proxy._seam) = (inner, seam);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
#pragma warning disable CA2012 // the proxy's caller awaits it, once
        return targetMethod.Name is nameof(IMfaFactorStore.TryUseFactorAsync) or nameof(IMfaFactorStore.TryConsumeCodeAsync) ? PassAsync((ValueTask<bool>)result!) : result;
#pragma warning restore CA2012
    }

    private async ValueTask<bool> PassAsync(ValueTask<bool> marking)
    {
        var isMarked = await marking;
        if (isMarked) await _seam.PassAsync("mark");
        return isMarked;
    }
}
