using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>What waits for its time: its picture, its list, and what can be done with many at once.</summary>
public sealed class UpcomingTests(S3Server server) : EndToEndTest
{
    [Fact]
    public async Task A_part_of_the_picture_is_zoomed_by_mouse_and_the_address_says_which()
    {
        Backlog.Write(Folder, "reports", 240, TimeSpan.FromHours(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("240 due");

        var box = (await console.Page.Locator(".u-over").BoundingBoxAsync())!;
        await console.Page.Mouse.MoveAsync(box.X + box.Width / 4, box.Y + 50);
        await console.Page.Mouse.DownAsync();
        await console.Page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 50, new() { Steps = 5 });
        await console.Page.Mouse.UpAsync();

        await Assertions.Expect(console.Page).ToHaveURLAsync(new Regex("#/upcoming\\?from=2031.*&to=2031"));
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync(new Regex("^[4-9]\\d due"));
        await console.Page.GoBackAsync();
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("240 due");
        await console.Page.GetByText("The picture as a table").ClickAsync();
        await Assertions.Expect(console.Page.Locator(".histogram tbody tr")).Not.ToHaveCountAsync(0);
        console.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(StorageKind.Local), InlineData(StorageKind.S3)]
    public async Task All_that_match_are_cancelled_after_a_question_and_with_progress(StorageKind storage)
    {
        await using var service = await StartAsync(storage, ("reports", 5_000), ("exports", 3));
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming?bucket=reports");
        var progress = await ProgressWatch.StartAsync(console.Page);

        await console.Button("Cancel all that match …").ClickAsync();
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status))
            .ToContainTextAsync("5,000 match (bucket reports).");
        (await service.Client.PendingAsync()).Count.ShouldBe(100);
        await console.Button("Cancel 5,000").ClickAsync();
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("5,000 cancelled.");
        (await progress.PartsAsync()).Distinct().Count().ShouldBeGreaterThan(3);

        await console.CloseAsync();
        await Assertions.Expect(console.Page.GetByText("No schedule matches these filters.")).ToBeVisibleAsync();
        (await service.Client.PendingAsync()).Count.ShouldBe(3);
        console.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancel_of_many_can_be_stopped_and_leaves_the_rest()
    {
        Backlog.Write(Folder, "reports", 3_000, TimeSpan.FromMinutes(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var stopped = new TaskCompletionSource();
        await console.Page.RouteAsync(new Regex("schedules/cancel\\?(?!.*dryRun)"), async route =>
        {
            await stopped.Task;
            await route.ContinueAsync();
        });

        await console.GoAsync("upcoming?bucket=reports");
        await console.Button("Cancel all that match …").ClickAsync();
        await console.Button("Cancel 3,000").ClickAsync();
        await console.Button("Stop").ClickAsync();
        stopped.SetResult();

        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Stopped.");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("999 cancelled.");
        await console.CloseAsync();
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("2,001 due");
    }

    [Fact]
    public async Task All_that_match_are_moved_by_a_time()
    {
        Backlog.Write(Folder, "reports", 50, TimeSpan.FromMinutes(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming?bucket=reports");

        await console.Button("Move all that match …").ClickAsync();
        await console.Dialog.GetByLabel("Later by").FillAsync("2");
        await console.Dialog.GetByLabel("Unit").SelectOptionAsync("hours");
        await console.Button("Move 50").ClickAsync();
        await Assertions.Expect(console.Dialog).ToContainTextAsync("50 moved.");

        await console.CloseAsync();
        (await service.Client.PendingAsync())[0].ShouldStartWith("2031-01-01T02:00:00.000Z|");
        console.Complaints.ShouldBeEmpty();
    }
    /// <summary>Starts a service with a minute between each two schedules for a bucket.</summary>
    private async Task<ServiceProcess> StartAsync(StorageKind storage, params (string Bucket, int Count)[] backlog)
    {
        var step = TimeSpan.FromMinutes(1);
        if (storage == StorageKind.Local)
        {
            foreach (var (bucket, count) in backlog) Backlog.Write(Folder, bucket, count, step);
            return await ServiceProcess.StartAsync(Folder.Path);
        }

        var scheduler = await server.EmptyBucketAsync();
        foreach (var (bucket, count) in backlog) await Backlog.PutAsync(server, scheduler, bucket, count, step);
        return await ServiceProcess.StartAsync(Folder.Path, ServiceOnS3.Configuration(server, scheduler));
    }
}
