using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Factors;

/// <summary>Which Data Protection key ring and application name the host runs with, in words for an operator.</summary>
/// <param name="dataProtection">Holds the application name.</param>
/// <param name="keyManagement">Holds the place of the keys.</param>
internal sealed class KeyRingDescription(IOptions<DataProtectionOptions> dataProtection, IOptions<KeyManagementOptions> keyManagement)
{
    /// <summary>Names key ring and application name.</summary>
    /// <returns>For example: the key ring in /var/keys and the application name 'Shop'.</returns>
    public override string ToString() =>
        $"the key ring {KeyRing(keyManagement.Value.XmlRepository)} and the application name '{dataProtection.Value.ApplicationDiscriminator}'";

    private static string KeyRing(IXmlRepository? repository) => repository switch
    {
        null => "of the framework's default place (none was persisted explicitly)",
        FileSystemXmlRepository files => $"in {files.Directory.FullName}",
        _ => $"of {repository.GetType().Name}",
    };
}
