using System.Security.Cryptography;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

/// <summary>A service whose callers must say who they are, with some API keys.</summary>
internal sealed class ClosedService(params IEnumerable<(string Key, string Value)> settings) : IDisposable
{
    /// <summary>May do everything.</summary>
    public const string Full = "full";

    /// <summary>May do everything, but only with schedules to the bucket <c>own</c>.</summary>
    public const string Limited = "limited";

    public LocalService Local { get; } = new(
    [
        .. ApiKey(0, Full, [.. Scopes.All]),
        .. ApiKey(1, Limited, [.. Scopes.All]), ("Authentication:ApiKeys:1:Destinations:0", "own"),
        // Each lacks one scope.
        .. Scopes.All.Index().SelectMany(s => ApiKey(2 + s.Index, Without(s.Item), [.. Scopes.All.Except([s.Item])])),
        .. settings,
    ]);

    /// <summary>The name of the key that has all scopes but one.</summary>
    public static string Without(string scope) => $"without-{scope.Replace(':', '-')}";

    /// <summary>The text of the key with that name.</summary>
    public static string KeyOf(string name) => $"s3s_{name}";

    /// <summary>The settings of a key.</summary>
    public static IEnumerable<(string Key, string Value)> ApiKey(int index, string name, params string[] scopes)
    {
        var place = $"Authentication:ApiKeys:{index}";
        yield return ($"{place}:Name", name);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(name)));
        yield return ($"{place}:Sha256", Convert.ToHexStringLower(hash));
        foreach (var (i, scope) in scopes.Index()) yield return ($"{place}:Scopes:{i}", scope);
    }

    /// <param name="caller">The name of a key; null: no credentials.</param>
    public Task<Answer> SendAsync(string method, string path, string? caller, HttpContent? content = null) =>
        SendWithAsync(method, path, caller is null ? [] : [(ApiKeyHandler.Header, KeyOf(caller))], content);

    public async Task<Answer> SendWithAsync(
        string method, string path, (string Name, string Value)[] headers, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Local.Client.SendAsync(request);
    }

    public Task<Answer> PostAsync(Form form, string? caller) =>
        SendAsync("POST", "/schedules", caller, form.ToContent());

    public void Dispose() => Local.Dispose();
}
