namespace AuthorizationServer.Clients;

/// <summary>The clients of the section <c>Clients</c>.</summary>
public sealed class ClientRegistry(IConfiguration configuration)
{
    private readonly Dictionary<string, Client> _clients =
        (configuration.GetSection("Clients").Get<Client[]>() ?? []).ToDictionary(client => client.Id, StringComparer.Ordinal);

    public Client? Find(string? id) => id is null ? null : _clients.GetValueOrDefault(id);

    public IEnumerable<string> Scopes => _clients.Values.SelectMany(client => client.Scopes).Distinct();
}
