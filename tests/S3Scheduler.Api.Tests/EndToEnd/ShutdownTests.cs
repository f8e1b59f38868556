namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>SIGTERM while content is arriving.</summary>
public sealed class ShutdownTests : EndToEndTest
{
    [Fact]
    public async Task Content_that_is_arriving_is_still_stored_and_answered()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        using var upload = await SlowUpload.StartAsync(service);
        var end = service.StopAsync();
        await Eventually.HoldsAsync("stop", () => service.Output.Contains("shutting down", StringComparison.Ordinal));

        (await upload.EndAsync()).ShouldStartWith("HTTP/1.1 201 ");
        (await end).ShouldBe(0, service.Output);
        Directory.EnumerateFiles(Folder["data/scheduler/schedules"]).ShouldContain(file => file.EndsWith("|reports|a"));
    }

    [Fact]
    public async Task It_may_take_as_many_seconds_as_the_operator_says()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ("SHUTDOWNTIMEOUTSECONDS", "1"));
        using var upload = await SlowUpload.StartAsync(service);
        await service.StopAsync(); // although the rest never comes
        service.Output.ShouldContain("shutting down");
    }
}
