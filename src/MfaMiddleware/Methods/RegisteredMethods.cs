using System.Collections;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Methods;

/// <summary>
/// The registered methods, made when they are asked for: the settings are validated against them, and a method, or the store under it, may
/// need the settings to be made.
/// </summary>
internal sealed class RegisteredMethods(IServiceProvider services) : IEnumerable<IMfaMethod>
{
    public IEnumerator<IMfaMethod> GetEnumerator() => services.GetServices<IMfaMethod>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
