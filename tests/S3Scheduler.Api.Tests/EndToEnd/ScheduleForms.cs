using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What a client of the service does.</summary>
internal static class ScheduleForms
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    public static Uri Schedules { get; } = new("/schedules", UriKind.Relative);

    /// <param name="due">The form's field that says when: <c>dueAt</c> or <c>delay</c>.</param>
    public static MultipartFormDataContent Form(
        (string Name, string Value) due, string bucket, string key, HttpContent content,
        params (string Name, string Value)[] more)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in ((string, string)[])[due, ("bucket", bucket), ("key", key), .. more])
            form.Add(new StringContent(value), name);
        form.Add(content, "content", "content.bin");
        return form;
    }

    /// <returns>The new schedule, as the 201 response shows it.</returns>
    public static async Task<JsonNode> PostAsync(
        this HttpClient client, DateTimeOffset dueAt, string bucket, string key, HttpContent content,
        params (string Name, string Value)[] fields)
    {
        using var form = Form(("dueAt", $"{dueAt:O}"), bucket, key, content, fields);
        using var response = await client.PostAsync(Schedules, form, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        var schedule = JsonNode.Parse(body)!;
        response.Headers.Location!.ToString().ShouldBe($"/schedules/{Uri.EscapeDataString((string)schedule["key"]!)}");
        return schedule;
    }

    public static async Task<IReadOnlyList<string>> PendingAsync(this HttpClient client)
    {
        var page = await client.GetFromJsonAsync<JsonNode>(Schedules, Cancellation);
        return [.. page!["schedules"]!.AsArray().Select(schedule => (string)schedule!["key"]!)];
    }

    public static Task NothingPendingAsync(this HttpClient client) =>
        Eventually.HoldsAsync("empty list of schedules", async () => (await client.PendingAsync()).Count == 0);

    public static ByteArrayContent Content(byte[] bytes, string contentType) =>
        new(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };

    public static ByteArrayContent Content(string text, string contentType = "text/plain") =>
        Content(Encoding.UTF8.GetBytes(text), contentType);
}
