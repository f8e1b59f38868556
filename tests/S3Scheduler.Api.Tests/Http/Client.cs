using System.Text.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Calls a service as its users do, and checks that its OpenAPI document describes every answer.</summary>
internal sealed class Client : IDisposable
{
    private readonly HttpClient _http;

    public Client(Uri address)
    {
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        _http = new HttpClient(new DocumentedAnswers(address) { InnerHandler = sockets })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(5), // it only ends a test that would hang
        };
    }

    public static string PathOf(string key) => $"/schedules/{Uri.EscapeDataString(key)}";

    public Task<Answer> PostAsync(Form form) => SendAsync(HttpMethod.Post, "/schedules", form.ToContent());

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> PatchAsync(string path, string body, string type = "application/json") =>
        SendAsync(HttpMethod.Patch, path, new StringContent(body, Encoding.UTF8, type));

    public Task<Answer> PostJsonAsync(string path, string body, string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, type));

    public Task<Answer> PrepareUploadAsync(JsonObject upload) =>
        PostJsonAsync("/schedules/uploads", upload.ToJsonString());

    public Task<Answer> RescheduleAsync(string path, DateTimeOffset dueAt) =>
        PatchAsync(path, JsonSerializer.Serialize(new { dueAt = dueAt.UtcDateTime.ToString("O") }));

    public Task<Answer> RetryAsync(string path) => SendAsync(HttpMethod.Post, $"{path}/retry");

    public Task<Answer> SweepAsync() => SendAsync(HttpMethod.Post, "/sweeps");

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, Core.Cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(Core.Cancellation);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, body);
    }

    /// <summary>Reads all pages of a list.</summary>
    public async Task<IReadOnlyList<JsonElement>> PagesAsync(string query)
    {
        var pages = new List<JsonElement>();
        for (string? after = null; ;)
        {
            var page =
                await GetAsync($"/schedules?{query}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            page.Status.ShouldBe(200, page.Text);
            pages.Add(page.Json);
            if (page["next"] is not { } next) return pages;
            after = next;
        }
    }

    public void Dispose() => _http.Dispose();
}
