using System.Reflection;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>Whether the parts that were made breakable with it are down.</summary>
public sealed class Breaker
{
    public bool IsDown { get; set; }

    /// <summary>The part itself; while it is down, each of its methods throws.</summary>
    public T Guard<T>(T inner)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)proxy).Set(this, inner);
        return proxy;
    }

    // A proxy is derived from it: it can't be sealed, nor private to this assembly.
#pragma warning disable CA1034, CA1852 // DispatchProxy derives from it in another assembly
    public class Proxy : DispatchProxy
    {
        private Breaker? _breaker;
        private object? _inner;

        internal void Set(Breaker breaker, object inner) => (_breaker, _inner) = (breaker, inner);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (_breaker!.IsDown) throw new IOException("The store is down.");
            return targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
#pragma warning restore CA1034, CA1852
}
