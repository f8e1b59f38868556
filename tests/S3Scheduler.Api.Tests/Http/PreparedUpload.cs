namespace S3Scheduler.Api.Tests.Http;

/// <summary>Does what the answer of POST /schedules/uploads says.</summary>
internal static class PreparedUpload
{
    public static Dictionary<string, string> Headers(Answer upload) =>
        upload.Json.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);

    public static async Task<int> PutAsync(
        this HttpClient http, Answer upload, byte[] content, IEnumerable<KeyValuePair<string, string>> headers)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Put, upload["url"]) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers.Where(h => h.Key != "Content-Length"))
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, Core.Cancellation);
        return (int)response.StatusCode;
    }
}
