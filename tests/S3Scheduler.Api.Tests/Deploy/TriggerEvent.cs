using System.Text.Json;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>An event of an HTTP API (payload format 2.0), by what the hosting on Lambda reads of it.</summary>
internal sealed record TriggerEvent(
    string Version, string? RawQueryString, IReadOnlyDictionary<string, string>? Headers, string? Body, bool IsBase64Encoded,
    TriggerEvent.Context RequestContext)
{
    public static TriggerEvent Parse(string json) => JsonSerializer.Deserialize<TriggerEvent>(json, JsonSerializerOptions.Web)!;

    /// <summary>The request that the app sees.</summary>
    public HttpRequestMessage ToRequest()
    {
        var path = RequestContext.Http.Path;
        // A stage in front of the path goes.
        if (path.StartsWith($"/{RequestContext.Stage}/", StringComparison.Ordinal)) path = path[(RequestContext.Stage.Length + 1)..];
        var query = string.IsNullOrEmpty(RawQueryString) ? "" : $"?{RawQueryString}";
        var request = new HttpRequestMessage(new HttpMethod(RequestContext.Http.Method), path + query);
        if (!string.IsNullOrEmpty(Body))
            request.Content = IsBase64Encoded ? new ByteArrayContent(Convert.FromBase64String(Body)) : new StringContent(Body);
        foreach (var (name, value) in Headers ?? new Dictionary<string, string>())
            request.Headers.TryAddWithoutValidation(name, value.Split(',')).ShouldBeTrue(name);
        if (request.Headers.Host is null) request.Headers.Host = RequestContext.DomainName;
        return request;
    }

    internal sealed record Context(string? DomainName, string Stage, Http Http);

    internal sealed record Http(string Method, string Path);
}
