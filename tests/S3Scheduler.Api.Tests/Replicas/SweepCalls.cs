using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>What a trigger does.</summary>
internal static class SweepCalls
{
    /// <returns>What was answered, and after what time.</returns>
    public static async Task<(string Outcome, int Delivered, int Failed, bool Remaining, TimeSpan Took)> SweepAsync(
        this HttpClient client, string query = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        using var response = await client.PostAsync(new Uri($"/sweeps{query}", UriKind.Relative), null, TestContext.Current.CancellationToken);
        var body = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        return ((string)body["outcome"]!, (int)body["delivered"]!, (int)body["failed"]!, (bool)body["remaining"]!, TimeProvider.System.GetElapsedTime(started));
    }
}
