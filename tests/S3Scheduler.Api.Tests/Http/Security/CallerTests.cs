using System.Text.Json.Nodes;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

public sealed class CallerTests : IDisposable
{
    private const string Year2030 = "2030-01-01T00:00:00Z";

    private readonly ClosedService _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task A_key_with_destinations_of_its_own_schedules_only_to_them()
    {
        (await _service.PostAsync(Form.To("own", "a").DueAt(Year2030), ClosedService.Limited)).Status.ShouldBe(201);
        var before = _service.Local.Files();
        var refused = await _service.PostAsync(Form.To("reports", "a").DueAt(Year2030), ClosedService.Limited);
        refused.ShouldBeProblem(403, "only to own");
        _service.Local.Files().ShouldBe(before);
    }

    [Fact]
    public async Task A_key_with_destinations_of_its_own_lists_and_retries_only_schedules_to_them()
    {
        foreach (var bucket in (string[])["own", "reports"])
        {
            await _service.PostAsync(Form.To(bucket, "later").DueAt(Year2030), ClosedService.Full);
            await _service.PostAsync(Form.To(bucket, "now").With("delay", "PT0S"), ClosedService.Full);
            // A key can't also be the folder of another key.
            var folder = Directory.CreateDirectory(Path.Combine(_service.Local.Folder, bucket, "now"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "file"), "", Core.Cancellation);
        }

        _service.Local.Time.Advance(TimeSpan.FromSeconds(5));
        await _service.SendAsync("GET", "/health/ready", null); // the sweep knows the new time from the store's answer
        await _service.SendAsync("POST", "/sweeps", ClosedService.Full);
        foreach (var status in (string[])["pending", "failed"])
        {
            (await ListAsync($"status={status}", ClosedService.Limited)).ShouldBe(["own"]);
            (await ListAsync($"status={status}", ClosedService.Full)).Count.ShouldBe(2);
            (await ListAsync($"status={status}&bucket=reports", ClosedService.Limited)).ShouldBeEmpty();
        }

        var retried = await _service.SendAsync("POST", "/schedules/retry", ClosedService.Limited);
        retried.Json.GetProperty("retried").GetInt32().ShouldBe(1);
        (await ListAsync("status=failed", ClosedService.Full)).ShouldBe(["reports"]);
    }

    [Fact]
    public async Task A_key_with_destinations_of_its_own_counts_and_cancels_only_schedules_to_them()
    {
        foreach (var bucket in (string[])["own", "secret"])
            await _service.PostAsync(Form.To(bucket, "later").DueAt(Year2030), ClosedService.Full);

        var summary = await _service.SendAsync("GET", "/schedules/summary", ClosedService.Limited);
        summary.Json.GetProperty("total").GetInt32().ShouldBe(1);
        summary.Text.ShouldNotContain("secret");
        var cancelled = await _service.SendAsync(
            "POST", "/schedules/cancel?from=2000-01-01T00:00Z", ClosedService.Limited);
        cancelled.Json.GetProperty("cancelled").GetInt32().ShouldBe(1);
        (await ListAsync("", ClosedService.Full)).ShouldBe(["secret"]);
    }

    [Fact]
    public async Task A_key_with_destinations_of_its_own_sees_only_deliveries_to_them()
    {
        foreach (var bucket in (string[])["own", "secret"])
            await _service.PostAsync(Form.To(bucket, "now").With("delay", "PT0S"), ClosedService.Full);
        _service.Local.Time.Advance(TimeSpan.FromSeconds(5));
        await _service.SendAsync("GET", "/health/ready", null); // the sweep knows the new time from the store's answer
        (await _service.SendAsync("POST", "/sweeps", ClosedService.Full)).Delivered.ShouldBe(2);

        var seen = await _service.SendAsync("GET", "/schedules?status=delivered", ClosedService.Limited);

        seen.Json.GetProperty("schedules").EnumerateArray().Single().GetProperty("destination").GetProperty("bucket")
            .GetString().ShouldBe("own");
        seen.Text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_key_with_destinations_of_its_own_learns_nothing_of_others_from_next_or_Link()
    {
        for (var n = 0; n < 6; n++)
        {
            var form = Form.To(n % 2 == 0 ? "own" : "secret", $"{n}").DueAt($"2030-01-0{n + 1}T00:00:00Z");
            await _service.PostAsync(form, ClosedService.Full);
        }

        var seen = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await _service.SendAsync("GET", $"/schedules?limit=1{after}", ClosedService.Limited);
            (page.Text + page.Headers.GetValueOrDefault("Link")).ShouldNotContain("secret");
            seen.AddRange(JsonNode.Parse(page.Text)!["schedules"]!.AsArray().Select(s => (string)s!["key"]!));
            after = page["next"] is { } next ? $"&after={Uri.EscapeDataString(next)}" : null;
        }

        seen.Count.ShouldBe(3);
        seen.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_key_with_destinations_of_its_own_learns_nothing_of_the_service_s_list()
    {
        using var service = new ClosedService(
            ("Scheduler:Destinations:0", "own"), ("Scheduler:Destinations:1", "secret/x/"));
        foreach (var (bucket, key) in (IEnumerable<(string, string)>)
            [("secret", "x/a"), ("secret", "a"), ("other", "a"), ("scheduler", "schedules/a")])
        {
            var refused = await service.PostAsync(Form.To(bucket, key).DueAt(Year2030), ClosedService.Limited);
            refused.ShouldBeProblem(403, "only to own").ShouldNotContain("secret");
        }
    }

    [Fact]
    public async Task The_caller_s_name_is_kept_with_the_schedule_shown_and_delivered()
    {
        var form = Form.To("reports", "a").DueAt(Year2030).With("x-amz-meta-team", "billing");
        var posted = await _service.PostAsync(form, ClosedService.Full);
        posted["scheduledBy"].ShouldBe(ClosedService.Full);
        var path = Client.PathOf(posted.Key);
        var read = await _service.SendAsync("GET", path, ClosedService.Without(Scopes.Write));
        read["scheduledBy"].ShouldBe(ClosedService.Full);
        read.Json.GetProperty("metadata").EnumerateObject().Select(m => m.Name).ShouldBe(["team"]);

        // Who reschedules it does not become the one who scheduled it.
        var moved = await _service.SendAsync("PATCH", path, ClosedService.Without(Scopes.Read),
            new StringContent("""{"dueAt":"2031-01-01T00:00:00Z"}""", Encoding.UTF8, "application/json"));
        moved["scheduledBy"].ShouldBe(ClosedService.Full);
    }

    [Fact]
    public async Task The_same_post_of_another_caller_is_the_same_schedule()
    {
        var form = Form.To("reports", "a").DueAt(Year2030);
        (await _service.PostAsync(form, ClosedService.Full)).Status.ShouldBe(201);
        var again = await _service.PostAsync(form, ClosedService.Without(Scopes.Read));
        again.Status.ShouldBe(200);
        again["scheduledBy"].ShouldBe(ClosedService.Full);
    }

    [Theory]
    [InlineData("scheduled-by"), InlineData("schedule-id"), InlineData("Scheduled-By"), InlineData("traceparent")]
    public async Task A_client_cannot_set_the_service_s_own_metadata(string name) =>
        (await _service.PostAsync(Form.To("reports", "a").DueAt(Year2030).With($"x-amz-meta-{name}", "eve"),
            ClosedService.Full)).ShouldBeFaultOf($"x-amz-meta-{name.ToLowerInvariant()}");

    private async Task<List<string>> ListAsync(string query, string caller)
    {
        var page = await _service.SendAsync("GET", $"/schedules?{query}", caller);
        var schedules = JsonNode.Parse(page.Text)!["schedules"]!.AsArray();
        return [.. schedules.Select(schedule => (string)schedule!["destination"]!["bucket"]!)];
    }
}
