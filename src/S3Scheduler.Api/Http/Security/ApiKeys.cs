using System.Security.Cryptography;
using System.Text;

namespace S3Scheduler.Api.Http.Security;

/// <summary>The API keys that the settings name by their hashes.</summary>
public sealed class ApiKeys(AuthenticationSettings settings)
{
    private readonly (byte[] Hash, ApiKeySettings Key)[] _keys =
        [.. settings.ApiKeys.Select(key => (Convert.FromHexString(key.Sha256), key))];

    /// <summary>
    /// Null: there is no such key. Each key is compared, and in constant time, so that the time of an answer tells
    /// nothing about the right ones.
    /// </summary>
    public ApiKeySettings? Find(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        ApiKeySettings? found = null;
        foreach (var (known, key) in _keys)
            if (CryptographicOperations.FixedTimeEquals(known, hash)) found = key;
        return found;
    }
}
