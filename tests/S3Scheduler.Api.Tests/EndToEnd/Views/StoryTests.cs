using Amazon.S3;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>From a schedule's first day to its delivery, all by hand, on the real service.</summary>
public abstract class StoryTests : EndToEndTest
{
    [Fact]
    public async Task What_is_scheduled_is_seen_cancelled_moved_delivered_and_mended_by_hand()
    {
        await using var service = await StartAsync();
        await using var console = await ConsolePage.OpenAsync(service);
        var due = Backlog.Start;
        await PostAsync(service, "2031/cancel.json", due);
        await PostAsync(service, "2031/move.json", due.AddDays(1));

        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("2 due from");
        await Assertions.Expect(console.Picture).ToBeVisibleAsync();
        await Assertions.Expect(console.Rows).ToHaveCountAsync(2);

        await console.OpenAsync("2031/cancel.json");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("""{"total": 42}""");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("x-amz-meta-team");
        await console.Button("Cancel …").ClickAsync();
        await console.Button("Cancel this schedule").ClickAsync();
        await Assertions.Expect(console.Rows).ToHaveCountAsync(1);

        await console.OpenAsync("2031/move.json");
        await console.Button("Reschedule …").ClickAsync();
        await console.Dialog.GetByLabel("New time").FillAsync("2032-05-06T07:08:09");
        await console.Button("Move it").ClickAsync();
        await Assertions.Expect(console.Row("2031/move.json")).ToContainTextAsync("2032");
        var moved = await console.Page.EvaluateAsync<string>("new Date('2032-05-06T07:08:09').toISOString()");
        (await service.Client.PendingAsync()).ShouldHaveSingleItem().ShouldStartWith(moved);

        await PostAsync(service, "2031/deliver.json", DateTimeOffset.UnixEpoch);
        await console.GoAsync("delivered");
        await console.SeeAsync("2031/deliver.json");
        await Assertions.Expect(console.Row("2031/deliver.json")).ToContainTextAsync(" s");

        await PostAsync(service, FailingKey, DateTimeOffset.UnixEpoch, FailingBucket);
        await console.GoAsync("failed");
        await console.SeeAsync(FailingKey);
        await console.SeeAsync(FailingKey); // the groups may have been counted just before it failed
        await Assertions.Expect(console.Page.Locator(".groups")).ToContainTextAsync(FailureInWords);
        await MendAsync();
        await console.DoToAllAsync("Retry 1 …", "Retry 1");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("1 pending again");
        await console.CloseAsync();
        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        await console.GoAsync("delivered");
        await console.SeeAsync(FailingKey);
        console.Complaints.ShouldBeEmpty();
    }

    protected virtual string Bucket => "reports";

    protected virtual string FailingBucket => Bucket;

    protected abstract string FailingKey { get; }

    /// <summary>A part of what the console says about the failure.</summary>
    protected abstract string FailureInWords { get; }

    private protected abstract Task<ServiceProcess> StartAsync();

    /// <summary>Removes the cause of the failure.</summary>
    protected abstract Task MendAsync();

    // A time in the past, by a day at most, means now.
    private async Task PostAsync(ServiceProcess service, string key, DateTimeOffset due, string? bucket = null)
    {
        using var content = ScheduleForms.Content("""{"total": 42}""", "application/json");
        var when = due == DateTimeOffset.UnixEpoch ? ("delay", "PT0S") : ("dueAt", $"{due:O}");
        using var form = ScheduleForms.Form(when, bucket ?? Bucket, key, content, ("x-amz-meta-team", "billing"));
        using var response = await service.Client.PostAsync(ScheduleForms.Schedules, form, Cancellation);
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>With the local store, where a key can't be a folder of another key.</summary>
public sealed class LocalStoryTests : StoryTests
{
    protected override string FailingKey => "2031/blocked";

    protected override string FailureInWords => "is a folder of another key";

    private protected override Task<ServiceProcess> StartAsync()
    {
        Directory.CreateDirectory(Folder[$"data/{Bucket}/{FailingKey}"]);
        File.WriteAllText(Folder[$"data/{Bucket}/{FailingKey}/file"], "");
        return ServiceProcess.StartAsync(Folder.Path);
    }

    protected override Task MendAsync()
    {
        Directory.Delete(Folder[$"data/{Bucket}/{FailingKey}"], recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>On the real S3 server, where a bucket is missing at first.</summary>
public sealed class S3StoryTests(S3Server server) : StoryTests
{
    private AmazonS3Client? _s3;
    private string _folder = null!;
    private string _bucket = null!;

    protected override string Bucket => _bucket;

    protected override string FailingBucket => $"{_bucket}-missing";

    protected override string FailingKey => "2031/missing.json";

    protected override string FailureInWords => "bucket does not exist";

    public override async ValueTask InitializeAsync()
    {
        (_folder, _bucket) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        _s3 = server.NewClient();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_s3 is not null)
        {
            await Amazon.S3.Util.AmazonS3Util.DeleteS3BucketWithObjectsAsync(_s3, FailingBucket);
            _s3.Dispose();
        }

        GC.SuppressFinalize(this);
        await base.DisposeAsync();
    }

    private protected override Task<ServiceProcess> StartAsync() =>
        ServiceProcess.StartAsync(Folder.Path, ServiceOnS3.Configuration(server, _folder));

    protected override Task MendAsync() => _s3!.PutBucketAsync(FailingBucket, Cancellation);
}
