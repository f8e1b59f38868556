using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using S3Scheduler.Api.Tests.Telemetry;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>The dashboard for Grafana, over what /metrics serves.</summary>
public sealed partial class DashboardTests : EndToEndTest
{
    [Fact]
    public async Task Every_query_asks_for_series_and_labels_that_the_service_serves()
    {
        var board = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(HouseTests.Root, "deploy", "grafana.json"), Cancellation))!;
        var queries = board["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray())
            .Select(target => (string)target!["expr"]!).ToList();
        queries.Count.ShouldBeGreaterThan(10);
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ServiceProcess.LongInterval, ("Metrics__Prometheus", "true"));
        await DeliverFailAndCancelAsync(service);
        await Eventually.HoldsAsync("failure", async () => (await ScrapeAsync(service)).Samples.Keys
            .Any(series => series.StartsWith("s3scheduler_failed", StringComparison.Ordinal)));

        var series = (await ScrapeAsync(service)).Samples.Keys.ToList();

        foreach (var query in queries)
        {
            var name = Name().Match(By().Replace(query, "")).Value;
            var served = series.Where(s => s.StartsWith($"{name}{{", StringComparison.Ordinal)).ToList();
            served.ShouldNotBeEmpty(query);
            foreach (var label in Labels(query)) served.ShouldAllBe(s => s.Contains($"{label}="), query);
        }
    }

    // What is summed by a label, and what is chosen by one.
    private static IEnumerable<string> Labels(string query) =>
        By().Matches(query).SelectMany(by => by.Groups[1].Value.Split(", "))
            .Concat(Chosen().Matches(query).Select(chosen => chosen.Groups[1].Value));

    private static async Task DeliverFailAndCancelAsync(ServiceProcess service)
    {
        async Task<JsonNode> PostAsync(TimeSpan delay, string key)
        {
            using var content = ScheduleForms.Content("content", "text/plain");
            return await service.Client.PostAsync(
                TimeProvider.System.GetUtcNow() + delay, "reports", key, content);
        }

        await PostAsync(TimeSpan.Zero, "a");
        await service.Client.NothingPendingAsync();
        await PostAsync(TimeSpan.Zero, "a/b"); // a key can't be a folder of another one in the local store
        var later = (string)(await PostAsync(TimeSpan.FromHours(1), "c"))["key"]!;
        using var cancelled = await service.Client.DeleteAsync(
            $"/schedules/{Uri.EscapeDataString(later)}", Cancellation);
        cancelled.EnsureSuccessStatusCode();
    }

    private static async Task<Exposition> ScrapeAsync(ServiceProcess service) =>
        new(await service.Client.GetStringAsync("/metrics", Cancellation));

    [GeneratedRegex(@"\b(s3scheduler|http|dotnet)_\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"by \(([\w, ]+)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"[{,](\w+)=")]
    private static partial Regex Chosen();
}
