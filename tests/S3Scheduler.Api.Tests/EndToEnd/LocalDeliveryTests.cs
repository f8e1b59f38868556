namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>With the local store, which needs no configuration: buckets are directories below data/.</summary>
public sealed class LocalDeliveryTests : EndToEndTest
{
    private const string Report = """{"total": 42}""";

    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    private string Delivered => Folder["data/reports/2026/daily.json"];

    [Fact]
    public async Task A_file_arrives_unchanged_once_it_is_due_and_never_before()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ServiceProcess.LongInterval);
        var (key, dueAt) = await PostAsync(service, Ahead);
        (await service.Client.PendingAsync()).ShouldBe([key]);

        var seenAt = await Eventually.SeeAsync<DateTimeOffset?>("delivery", () =>
            Task.FromResult<DateTimeOffset?>(File.Exists(Delivered) ? TimeProvider.System.GetUtcNow() : null));

        seenAt!.Value.ShouldBeGreaterThanOrEqualTo(dueAt);
        new DateTimeOffset(File.GetLastWriteTimeUtc(Delivered)).ShouldBeGreaterThanOrEqualTo(dueAt);
        (await File.ReadAllTextAsync(Delivered, Cancellation)).ShouldBe(Report);
        await service.Client.NothingPendingAsync();
    }

    [Fact]
    public async Task A_schedule_outlives_a_service_that_is_killed()
    {
        await using (var killed = await ServiceProcess.StartAsync(Folder.Path))
        {
            await PostAsync(killed, Ahead);
            await killed.KillAsync();
        }

        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await Eventually.HoldsAsync("delivery", () => File.Exists(Delivered));
        (await File.ReadAllTextAsync(Delivered, Cancellation)).ShouldBe(Report);
    }

    [Fact]
    public async Task SIGTERM_ends_the_service_with_exit_code_0_and_leaves_the_schedule()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using (var stopped = await ServiceProcess.StartAsync(Folder.Path))
        {
            await PostAsync(stopped, TimeSpan.FromHours(1));
            (await stopped.StopAsync()).ShouldBe(0, stopped.Output);
        }

        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        (await service.Client.PendingAsync()).Count.ShouldBe(1);
    }

    private static async Task<(string Key, DateTimeOffset DueAt)> PostAsync(ServiceProcess service, TimeSpan ahead)
    {
        using var content = ScheduleForms.Content(Report, "application/json");
        var dueAt = TimeProvider.System.GetUtcNow() + ahead;
        var schedule = await service.Client.PostAsync(dueAt, "reports", "2026/daily.json", content);
        return ((string)schedule["key"]!, (DateTimeOffset)schedule["dueAt"]!);
    }
}
