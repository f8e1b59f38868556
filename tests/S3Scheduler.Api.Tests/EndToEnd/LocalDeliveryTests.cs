namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>With no configuration at all: buckets are directories below data/.</summary>
[Collection(EndToEndTests.Name)]
public sealed class LocalDeliveryTests : IDisposable
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    private static readonly byte[] Report = Encoding.UTF8.GetBytes("""{"total": 42}""");

    private readonly TemporaryFolder _folder = new();

    private string Delivered => _folder["data/reports/2026/daily.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_arrives_unchanged_less_than_2_s_after_its_due_time_and_never_before()
    {
        await using var service = await ServiceProcess.StartAsync(_folder.Path);
        var (key, dueAt) = await PostAsync(service);
        (await service.Client.PendingAsync()).ShouldBe([key]);

        var seenAt = await Eventually.SeeAsync<DateTimeOffset?>("delivery", async () =>
            File.Exists(Delivered) ? TimeProvider.System.GetUtcNow() : null);

        seenAt!.Value.ShouldBeInRange(dueAt, dueAt + Tolerance);
        new DateTimeOffset(File.GetLastWriteTimeUtc(Delivered)).ShouldBeInRange(dueAt, dueAt + Tolerance);
        (await File.ReadAllBytesAsync(Delivered, TestContext.Current.CancellationToken)).ShouldBe(Report);
        await Eventually.HoldsAsync("list without the schedule", async () => (await service.Client.PendingAsync()).Count == 0);
    }

    [Fact]
    public async Task A_schedule_outlives_a_service_that_is_killed()
    {
        await using (var killed = await ServiceProcess.StartAsync(_folder.Path))
        {
            await PostAsync(killed);
            await killed.KillAsync();
        }

        await using var service = await ServiceProcess.StartAsync(_folder.Path);
        await Eventually.HoldsAsync("delivery", async () => File.Exists(Delivered));
        (await File.ReadAllBytesAsync(Delivered, TestContext.Current.CancellationToken)).ShouldBe(Report);
    }

    [Fact]
    public async Task SIGTERM_ends_the_service_with_exit_code_0_and_leaves_the_schedule()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        await using (var stopped = await ServiceProcess.StartAsync(_folder.Path))
        {
            await PostAsync(stopped, TimeSpan.FromHours(1));
            (await stopped.StopAsync()).ShouldBe(0, stopped.Output);
        }

        await using var service = await ServiceProcess.StartAsync(_folder.Path);
        (await service.Client.PendingAsync()).Count.ShouldBe(1);
    }

    private static async Task<(string Key, DateTimeOffset DueAt)> PostAsync(ServiceProcess service, TimeSpan? ahead = null)
    {
        using var content = ScheduleForms.Content(Report, "application/json");
        var dueAt = TimeProvider.System.GetUtcNow() + (ahead ?? Ahead);
        var schedule = await service.Client.PostAsync(dueAt, "reports", "2026/daily.json", content);
        return ((string)schedule["key"]!, (DateTimeOffset)schedule["dueAt"]!);
    }
}
