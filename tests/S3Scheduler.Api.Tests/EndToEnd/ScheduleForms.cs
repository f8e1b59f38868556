using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What a client of the service does.</summary>
internal static class ScheduleForms
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Posts a real form, content last.</summary>
    /// <returns>The new schedule, as answered with 201.</returns>
    public static async Task<JsonNode> PostAsync(
        this HttpClient client, DateTimeOffset dueAt, string bucket, string key, HttpContent content,
        params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(dueAt.ToString("O", CultureInfo.InvariantCulture)), "dueAt" },
            { new StringContent(bucket), "bucket" },
            { new StringContent(key), "key" },
        };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        form.Add(content, "content", "content.bin");

        using var response = await client.PostAsync(new Uri("/schedules", UriKind.Relative), form, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        var schedule = JsonNode.Parse(body)!;
        response.Headers.Location!.ToString().ShouldBe("/schedules/" + Uri.EscapeDataString((string)schedule["key"]!));
        return schedule;
    }

    /// <summary>The keys of all pending schedules.</summary>
    public static async Task<IReadOnlyList<string>> PendingAsync(this HttpClient client)
    {
        var page = await client.GetFromJsonAsync<JsonNode>(new Uri("/schedules", UriKind.Relative), Cancellation);
        return [.. page!["schedules"]!.AsArray().Select(schedule => (string)schedule!["key"]!)];
    }

    public static ByteArrayContent Content(byte[] bytes, string contentType) =>
        new(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
}
