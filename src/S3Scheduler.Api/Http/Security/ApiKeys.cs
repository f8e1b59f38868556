using System.Security.Cryptography;
using System.Text;

namespace S3Scheduler.Api.Http.Security;

/// <summary>The API keys that the settings name by their hashes.</summary>
public sealed class ApiKeys(AuthenticationSettings settings)
{
    private readonly ApiKey[] _keys = [.. settings.ApiKeys.Select(key => new ApiKey(
        Convert.FromHexString(key.Sha256), key.Scopes,
        new Caller(key.Name, key.Destinations is [] ? null : new AllowedDestinations(key.Destinations))))];

    /// <summary>
    /// Null: there is no such key. Each key is compared, and in constant time, so that the time of an answer tells
    /// nothing about the right ones.
    /// </summary>
    public ApiKey? Find(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        ApiKey? found = null;
        foreach (var key in _keys)
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash)) found = key;
        return found;
    }
}

/// <param name="Caller">Who has the key.</param>
public sealed record ApiKey(byte[] Hash, IReadOnlyList<string> Scopes, Caller Caller);
